/** Docker's words for published ports: `8080:80`, `127.0.0.1::80/udp`, `[::1]:8000-8002:80-82`. */
import { formatIpAddress, parseIpAddress } from "./ip_address.ts";

/** Protocols with ports. */
export const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

/** Both ends included. */
export interface PortRange {
  from: number;
  to: number;
}

/** One port of a container. */
export interface PortSpec {
  containerPort: number;
  protocol: typeof PROTOCOLS[number];
  /** undefined: a free one is chosen; of several, a free one of them */
  hostPort?: PortRange;
  /** in its canonical form; undefined: every address of the host */
  hostIp?: string;
}

/** A text that names no ports. */
export class PortSpecError extends Error {
  override name = "PortSpecError";

  /** @param expected what should have been written: "ports from 1 to 65535, such as 8080:80" */
  constructor(readonly expected: string) {
    super(`expected ${expected}`);
  }
}

const SPEC =
  /^(?:(?:(?<ip>\[[^\]]*\]|[^:]*):)?(?<host>[\d-]*):)?(?<container>[\d-]+)(?:\/(?<protocol>\w+))?$/;

/**
 * `[IP:][HOST:]CONTAINER[/PROTOCOL]`, where both ports may be ranges of the same length, or HOST alone one to choose
 * from. HOST may be empty, or 0: any port.
 * @throws PortSpecError
 */
export function parsePortSpec(text: string): PortSpec[] {
  const groups = SPEC.exec(text)?.groups;
  if (!groups) throw new PortSpecError("a text such as 8080:80, 127.0.0.1:8080:80/tcp, 53:53/udp");
  const container = readPortRange(groups.container);
  const isAny = groups.host === undefined || groups.host === "" || groups.host === "0";
  const host = isAny ? undefined : readPortRange(groups.host);
  if (!container || (!isAny && !host)) throw new PortSpecError("ports from 1 to 65535, such as 8080:80");
  if (host && isSeveral(container) && host.to - host.from !== container.to - container.from) {
    throw new PortSpecError("as many host ports as container ports, such as 8000-8002:80-82");
  }
  const hostIp = readAddress(groups.ip);
  const protocol = readProtocol(groups.protocol);
  return portsOf(container).map((containerPort, index) => {
    const one = host && { from: host.from + index, to: host.from + index };
    const hostPort = isSeveral(container) ? one : host;
    return { containerPort, protocol, ...(hostPort && { hostPort }), ...(hostIp && { hostIp }) };
  });
}

/**
 * `80`, `8000-8010/udp`: ports of a container without a word about the host.
 * @throws PortSpecError
 */
export function parseContainerPorts(text: string): { ports: PortRange; protocol: PortSpec["protocol"] } {
  const [, range, protocol] = /^([\d-]+)(?:\/(\w+))?$/.exec(text) ?? [];
  const ports = range === undefined ? undefined : readPortRange(range);
  if (!ports) throw new PortSpecError("ports from 1 to 65535, such as 80, 53/udp, 8000-8010");
  return { ports, protocol: readProtocol(protocol) };
}

/** Every port of a range. */
export function portsOf({ from, to }: PortRange): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Whether a packet can come to both: an address overlaps with itself, with all of its family, and with all at all. */
export function hostIpsOverlap(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return true;
  const sameFamily = a.includes(":") === b.includes(":");
  return sameFamily && [a, b].some((address) => address === "0.0.0.0" || address === "::");
}

/** `80` or `80-82`; undefined for anything else. */
export function readPortRange(text: string): PortRange | undefined {
  const [from, to = from, ...more] = text.split("-").map(readPort);
  if (more.length > 0 || from === undefined || to === undefined || to < from) return undefined;
  return { from, to };
}

/** 1 to 65535, or undefined. */
export function readPort(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 65535 ? number : undefined;
}

function isSeveral({ from, to }: PortRange): boolean {
  return to > from;
}

function readAddress(text = ""): string | undefined {
  if (text === "") return undefined;
  const address = parseIpAddress(text.replace(/^\[(.*:.*)\]$/, "$1"));
  if (!address) throw new PortSpecError("an IP address first, such as 127.0.0.1:8080:80");
  return formatIpAddress(address);
}

function readProtocol(text = "tcp"): PortSpec["protocol"] {
  const protocol = PROTOCOLS.find((known) => known === text.toLowerCase());
  if (!protocol) throw new PortSpecError(`one of ${PROTOCOLS.join(", ")} after the slash`);
  return protocol;
}
