import {
  hostIpsOverlap,
  parsePortSpec,
  type PortRange,
  PortSpecError,
  PROTOCOLS,
  readPortRange,
} from "../../base/port_spec.ts";
import { byKind, list, transform } from "../../yaml/types/collection.ts";
import { object, optional, required, withDefault } from "../../yaml/types/object.ts";
import { choice, Refusal, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { ipAddress, port } from "./words.ts";

/** One port of the container, reachable on the host. */
export interface PublishedPort {
  container_port: number;
  /** undefined: a free one is chosen; of several, a free one of them */
  host_port?: PortRange;
  /** undefined: every address of the host */
  host_ip?: string;
  protocol: typeof PROTOCOLS[number];
  /** who may connect */
  publish: "host" | "lan";
}

/** One port, or several to choose a free one from. */
const hostPort: Type<PortRange> = word({
  words: "a port from 1 to 65535, or several as 8000-8010",
  json: {
    anyOf: [
      { type: "integer", minimum: 1, maximum: 65535 },
      { type: "string", pattern: "^[0-9]{1,5}(-[0-9]{1,5})?$" },
    ],
  },
  parse: readPortRange,
});

const map = object({
  container_port: required(port, { about: "The port that the program listens on.", example: "80" }),
  host_port: optional(hostPort, {
    about: "The port of the host; of several, a free one is chosen.",
    example: "8080",
    otherwise: "a free port is chosen",
  }),
  host_ip: optional(ipAddress, {
    about: "The address of the host to listen on.",
    example: "127.0.0.1",
    otherwise: "every address of the host",
  }),
  protocol: withDefault(choice(...PROTOCOLS), "tcp", { about: "The transport protocol.", example: "udp" }),
  publish: withDefault(choice("host", "lan"), "lan", {
    about: "Who may connect: `host`, this machine alone; `lan`, whoever reaches it.",
    example: "host",
  }),
}, {
  elsewhere: {
    target: "container_port",
    published: "host_port",
    host: "host_port",
    container: "container_port",
    mode: "publish",
  },
});

const short: Type<PublishedPort[]> = word({
  words: "a text such as 8080:80, 127.0.0.1:8080:80/tcp, 53:53/udp",
  json: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^.*[0-9](/[a-zA-Z]+)?$" }] },
  parse: (text) =>
    specsOf(text).map(({ containerPort, hostPort, hostIp, protocol }) => ({
      container_port: containerPort,
      host_port: hostPort,
      host_ip: hostIp,
      protocol,
      publish: "lan",
    })),
});

function specsOf(text: string) {
  try {
    return parsePortSpec(text);
  } catch (error) {
    if (error instanceof PortSpecError) throw new Refusal(error.expected);
    throw error;
  }
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
        if (others.some(({ host_ip }) => hostIpsOverlap(host_ip, port.host_ip))) {
          place.forbid(node, `${name} is there already`);
        }
        taken.set(name, [...others, port]);
      }
    }
    return items.flatMap(({ ports }) => ports);
  },
);

/** What may be there once: a port of the host, or one of the container where the host's is chosen. */
function describe({ host_port, container_port, protocol }: PublishedPort): string {
  const isFixed = host_port !== undefined && host_port.from === host_port.to;
  return `${isFixed ? `host port ${host_port.from}` : `container port ${container_port}`}/${protocol}`;
}
