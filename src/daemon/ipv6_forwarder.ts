/**
 * Published ports at [::1], and for containers without IPv6 at the host's other IPv6 addresses too: the kernel leads only
 * IPv4 from loopback into a network (route_localnet), and makes no IPv4 of IPv6.
 */
import { publishedPorts } from "../engine/network/rules.ts";
import type { PortRules, PortTarget } from "../network/rules.ts";
import type { StorePaths } from "../store/paths.ts";
import { readState } from "../store/state.ts";
import { Listeners } from "./listeners.ts";
import { TcpForwarder } from "./tcp_forwarder.ts";
import { UdpForwarder } from "./udp_forwarder.ts";

export interface Ipv6ForwarderOptions {
  paths: StorePaths;
  log: (line: string) => void;
}

const LOOPBACK = "::1";
const UNSPECIFIED = "::";
const MAPPED_IPV4 = "::ffff:";

export class Ipv6Forwarder implements AsyncDisposable {
  readonly #listeners: Listeners<string>;
  /** as they were at the last sync, by where they are listened at */
  #ports = new Map<string, PortRules>();
  #connections = 0;

  constructor(private readonly options: Ipv6ForwarderOptions) {
    this.#listeners = new Listeners({
      open: (place) => this.#listen(place),
      complaint: (place, error) => `Cannot forward what comes to ${place}: ${error.message}`,
      log: options.log,
    });
  }

  /** Listens for the ports that are published now. @returns false when it could not at one of them */
  sync(): Promise<boolean> {
    this.#ports = this.#publishedPorts();
    return this.#listeners.sync(new Map([...this.#ports.keys()].map((place) => [place, place])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listeners[Symbol.asyncDispose]();
  }

  #publishedPorts(): Map<string, PortRules> {
    const { paths } = this.options;
    return new Map(
      publishedPorts(paths, readState(paths)).flatMap((port) => {
        const address = addressFor(port);
        return address === undefined ? [] : [[`[${address}]:${port.hostPort}/${port.protocol}`, port]];
      }),
    );
  }

  #listen(place: string): Promise<AsyncDisposable> {
    const [, hostname, port, protocol] = /^\[(.*)\]:(\d+)\/(\w+)$/.exec(place)!;
    const target = (client: string) => this.#target(place, client);
    if (protocol === "udp") return UdpForwarder.open({ address: hostname, port: Number(port), target });
    const listener = Deno.listen({ hostname, port: Number(port) });
    return Promise.resolve(new TcpForwarder(listener, { target, log: this.options.log }));
  }

  #target(place: string, client: string): PortTarget | undefined {
    // Deno listens at :: for IPv4 too, which is the packet rules' business.
    if (client.startsWith(MAPPED_IPV4)) return undefined;
    const balance = this.#ports.get(place)?.balance;
    // Which members of a group are healthy has to be seen anew for each connection.
    const { targets } = (balance ? this.#publishedPorts() : this.#ports).get(place) ?? { targets: [] };
    const chosen = balance === "source" ? hashOf(client) : this.#connections++;
    const ipv6 = targets.filter(({ address }) => address.includes(":"));
    const candidates = ipv6.length > 0 ? ipv6 : targets;
    return candidates[chosen % candidates.length];
  }
}

/** Where connections come that the packet rules lead to no container; undefined: nowhere. */
export function addressFor({ protocol, hostIp, reach, targets }: PortRules): string | undefined {
  if (protocol === "sctp" || targets.length === 0) return undefined;
  const hasIpv6 = targets.some(({ address }) => address.includes(":"));
  if (hostIp === undefined || hostIp === UNSPECIFIED) {
    // What is sent from :: has the address that the kernel likes best, and a UDP client waits for the one that it asked.
    return reach === "host" || hasIpv6 || protocol === "udp" ? LOOPBACK : UNSPECIFIED;
  }
  if (!hostIp.includes(":")) return undefined;
  return hostIp === LOOPBACK || !hasIpv6 ? hostIp : undefined;
}

/** The same number for the same text; FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}
