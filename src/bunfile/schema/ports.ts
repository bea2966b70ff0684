import { byKind, list, transform } from "../types/collection.ts";
import { object, optional, required, withDefault } from "../types/object.ts";
import { choice, Refusal, word } from "../types/scalar.ts";
import type { Type } from "../types/type.ts";
import { ipAddress, isIpAddress, port, readPort } from "./words.ts";

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

/** One port of the container, reachable on the host. */
export interface PublishedPort {
  container_port: number;
  /** undefined: a free one is chosen */
  host_port?: number;
  /** undefined: every address of the host */
  host_ip?: string;
  protocol: typeof PROTOCOLS[number];
}

const map = object({
  container_port: required(port, { about: "The port that the program listens on.", example: "80" }),
  host_port: optional(port, {
    about: "The port of the host.",
    example: "8080",
    otherwise: "a free port is chosen",
  }),
  host_ip: optional(ipAddress, {
    about: "The address of the host to listen on.",
    example: "127.0.0.1",
    otherwise: "every address of the host",
  }),
  protocol: withDefault(choice(...PROTOCOLS), "tcp", { about: "The transport protocol.", example: "udp" }),
}, {
  elsewhere: {
    target: "container_port",
    published: "host_port",
    host: "host_port",
    container: "container_port",
  },
});

const SHORT =
  /^(?:(?<ip>\[[^\]]*\]|[^:]*):)??(?:(?<host>[\d-]*):)?(?<container>[\d-]+)(?:\/(?<protocol>\w+))?$/;

const short: Type<PublishedPort[]> = word({
  words: "a text such as 8080:80, 127.0.0.1:8080:80/tcp, 53:53/udp",
  json: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^.*[0-9](/[a-z]+)?$" }] },
  parse(text) {
    const groups = SHORT.exec(text)?.groups;
    if (!groups) return undefined;
    const container = readRange(groups.container);
    const host = groups.host ? readRange(groups.host) : undefined;
    if (!container || (groups.host && !host)) throw new Refusal("ports from 1 to 65535, such as 8080:80");
    if (host && host.length !== container.length) {
      throw new Refusal("as many host ports as container ports, such as 8000-8002:80-82");
    }
    const host_ip = groups.ip?.replace(/^\[(.*)\]$/, "$1");
    if (host_ip && !isIpAddress(host_ip)) throw new Refusal("an IP address first, such as 127.0.0.1:8080:80");
    const protocol = PROTOCOLS.find((known) => known === (groups.protocol ?? "tcp").toLowerCase());
    if (!protocol) throw new Refusal(`one of ${PROTOCOLS.join(", ")} after the slash`);
    return container.map((container_port, index) => ({
      container_port,
      ...(host && { host_port: host[index] }),
      ...(host_ip && { host_ip }),
      protocol,
    }));
  },
});

function readRange(text: string): number[] | undefined {
  const [first, last = first, ...more] = text.split("-").map(readPort);
  if (more.length > 0 || first === undefined || last === undefined || last < first) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const item = byKind<PublishedPort[]>({ scalar: short, map: transform(map, (port) => [port]) });

/** A short form may stand for a range of ports, so that each item is several. */
export const ports: Type<PublishedPort[]> = transform(
  list(transform(item, (ports, place, node) => ({ ports, place, node })), { of: "ports" }),
  (items) => {
    const taken = new Map<string, PublishedPort[]>();
    for (const { ports, place, node } of items) {
      for (const port of ports) {
        const name = describe(port);
        const others = taken.get(name) ?? [];
        if (others.some((other) => sameAddress(other, port))) place.forbid(node, `${name} is there already`);
        taken.set(name, [...others, port]);
      }
    }
    return items.flatMap(({ ports }) => ports);
  },
);

function describe({ host_port, container_port, protocol }: PublishedPort): string {
  const port = host_port === undefined ? `container port ${container_port}` : `host port ${host_port}`;
  return `${port}/${protocol}`;
}

function sameAddress(a: PublishedPort, b: PublishedPort): boolean {
  return a.host_ip === b.host_ip || isEveryAddress(a.host_ip) || isEveryAddress(b.host_ip);
}

function isEveryAddress(address: string | undefined): boolean {
  return address === undefined || address === "0.0.0.0" || address === "::";
}
