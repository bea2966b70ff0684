/** `-p` and `--expose`. */
import { UsageError } from "../../base/errors.ts";
import {
  hostIpsOverlap,
  parseContainerPorts,
  parsePortSpec,
  portsOf,
  PortSpecError,
} from "../../base/port_spec.ts";
import type { PortOption, Reach } from "../../store/network.ts";
import { cut } from "./key_value.ts";

/** Of the long form; `mode` is docker's, for several hosts, and means nothing on one. */
const KEYS = ["target", "published", "protocol", "host_ip", "publish", "mode"];

/**
 * docker's short form, `8080:80/tcp`, to which `,publish=host` may be added, or its long one,
 * `published=8080,target=80,protocol=tcp,publish=host`.
 * @throws UsageError
 */
export function parsePublish(text: string): PortOption[] {
  const refuse = (reason: string) =>
    new UsageError(`Cannot use -p '${text}': ${reason}`, {
      hint: "Write -p [IP:][HOST_PORT:]CONTAINER_PORT[/PROTOCOL][,publish=host]",
    });
  const [first, ...others] = text.split(",");
  const isLong = first.includes("=");
  const fields = readFields(isLong ? [first, ...others] : others, refuse);
  if (!isLong && [...fields.keys()].some((key) => key !== "publish")) {
    throw refuse("what may follow the ports is publish=host or publish=lan");
  }
  const reach = readReach(fields.get("publish") ?? "lan", refuse);
  const ports = specOrRefusal(() => parsePortSpec(isLong ? shortForm(fields, refuse) : first), refuse);
  return ports.map((port) => ({ ...port, reach }));
}

/** `80`, `53/udp`, `8000-8010`: as `80/tcp` each. @throws UsageError */
export function parseExpose(text: string): string[] {
  const refuse = (reason: string) => new UsageError(`Cannot use --expose '${text}': ${reason}`);
  const { ports, protocol } = specOrRefusal(() => parseContainerPorts(text), refuse);
  return portsOf(ports).map((port) => `${port}/${protocol}`);
}

/**
 * All of `-p` together, in their order.
 * @throws UsageError when two of them want the same port of the host
 */
export function publishOptions(publish: readonly PortOption[][]): PortOption[] {
  const ports = publish.flat();
  const fixed = ports.filter(({ hostPort }) => hostPort !== undefined && hostPort.from === hostPort.to);
  for (const [index, port] of fixed.entries()) {
    if (!fixed.slice(0, index).some((other) => isSame(other, port))) continue;
    throw new UsageError(
      `Cannot publish host port ${port.hostPort!.from}/${port.protocol} twice: one -p has it already`,
      { hint: "Give each port of the container a port of the host of its own" },
    );
  }
  return ports;
}

function isSame(a: PortOption, b: PortOption): boolean {
  return a.protocol === b.protocol && a.hostPort?.from === b.hostPort?.from &&
    hostIpsOverlap(a.hostIp, b.hostIp);
}

function readFields(fields: string[], refuse: (reason: string) => Error): Map<string, string> {
  return new Map(fields.map((field) => {
    const [key, value] = cut(field);
    if (!KEYS.includes(key)) throw refuse(`there is no key '${key}', only ${KEYS.join(", ")}`);
    if (!value) throw refuse(`'${key}' needs a value`);
    return [key, value];
  }));
}

function readReach(text: string, refuse: (reason: string) => Error): Reach {
  if (text === "host" || text === "lan") return text;
  throw refuse(`publish is 'host', for this machine alone, or 'lan', not '${text}'`);
}

function shortForm(fields: ReadonlyMap<string, string>, refuse: (reason: string) => Error): string {
  const { target, published = "", protocol = "tcp", host_ip: address } = Object.fromEntries(fields);
  if (target === undefined) throw refuse("it has no target, the port of the container");
  const host = address?.includes(":") ? `[${address}]:` : address ? `${address}:` : "";
  return `${host}${published}:${target}/${protocol}`;
}

function specOrRefusal<Spec>(parse: () => Spec, refuse: (reason: string) => Error): Spec {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PortSpecError) throw refuse(error.message);
    throw error;
  }
}
