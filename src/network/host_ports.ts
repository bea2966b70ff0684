/** Which of the host's ports can be published: those that no process of the host waits at. */
import { hostIpsOverlap } from "../base/port_spec.ts";
import { BudgieError } from "../base/errors.ts";
import type { Protocol } from "../store/network.ts";
import { hostSockets } from "./host_sockets.ts";
import { type SocketOwner, socketOwner } from "./socket_owner.ts";

/** A port of the host. */
export interface HostPort {
  protocol: Protocol;
  /** undefined: all addresses of the host; `0.0.0.0` and `::`: all of that family */
  hostIp?: string;
  port: number;
}

/** Who has a port: a container, by name, or a process; a process that can't be seen is none of both. */
export interface PortHolder {
  container?: string;
  process?: SocketOwner;
}

export class PortTakenError extends BudgieError {
  override name = "PortTakenError";

  constructor(readonly wanted: HostPort, readonly holder: PortHolder) {
    const { container, process } = holder;
    const owner = container !== undefined
      ? `container '${container}'`
      : process
      ? `process '${process.name}' (PID ${process.pid})`
      : "a process of the host";
    super(`Cannot publish port ${formatHostPort(wanted)}: ${owner} already has it`, {
      hint: `Stop ${container === undefined ? "it" : `'${container}'`}, or choose another host port with -p`,
    });
  }
}

function formatHostPort({ protocol, hostIp, port }: HostPort): string {
  const address = hostIp === undefined ? "" : hostIp.includes(":") ? `[${hostIp}]:` : `${hostIp}:`;
  return `${address}${port}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

export interface LookOptions {
  /** addresses whose sockets stand in nobody's way: of the gateways, where the daemon answers for names */
  except?: readonly string[];
}

/** The process of the host that waits at a port; undefined when nobody does. */
export function portHolder(wanted: HostPort, options: LookOptions = {}): PortHolder | undefined {
  const socket = socketsInTheWay(wanted, options).find(({ port }) => port === wanted.port);
  return socket && { process: socketOwner(socket.inode) };
}

function socketsInTheWay({ protocol, hostIp }: Omit<HostPort, "port">, { except = [] }: LookOptions) {
  return hostSockets(protocol).filter(({ address }) =>
    !except.includes(address) &&
    // A socket at `::` is one of IPv4 too, unless it says otherwise, which nobody else can see.
    hostIpsOverlap(hostIp, address === "::" ? undefined : address)
  );
}

export interface FreePortOptions extends LookOptions {
  /** default: where the kernel takes ports from that nobody has chosen */
  range?: { from: number; to: number };
  /** whether a container has it, or is about to */
  isTaken: (port: number) => boolean;
  /** from 0 inclusive to 1 exclusive */
  random?: () => number;
}

/**
 * A port that nobody has, chosen by chance.
 * @throws BudgieError when there is none
 */
export function freePort(wanted: Omit<HostPort, "port">, options: FreePortOptions): number {
  const { range = ephemeralRange(), isTaken, random = Math.random } = options;
  const waitedAt = new Set(socketsInTheWay(wanted, options).map(({ port }) => port));
  const count = range.to - range.from + 1;
  const start = Math.floor(random() * count);
  for (let step = 0; step < count; step++) {
    const port = range.from + (start + step) % count;
    if (!waitedAt.has(port) && !isTaken(port)) return port;
  }
  throw new BudgieError(`Cannot publish a port: all from ${range.from} to ${range.to} are taken`, {
    hint: "Choose another host port with -p, or stop who has one: budgie ps shows what is published",
  });
}

/** ip(7), ip_local_port_range. */
function ephemeralRange(): { from: number; to: number } {
  const [from, to] = Deno.readTextFileSync("/proc/sys/net/ipv4/ip_local_port_range").trim().split(/\s+/);
  return { from: Number(from), to: Number(to) };
}
