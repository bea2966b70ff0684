/** Being told by the kernel what changes (netlink(7), multicast groups). */
import { type Descriptor, readAvailable } from "./file.ts";
import { check, openLibc, SystemError } from "./libc.ts";
import { openNetlink, SOCK_NONBLOCK } from "./netlink.ts";
import { decodeMessages, type NetlinkMessage } from "./netlink_message.ts";

const libc = openLibc({
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
});

/** struct sockaddr_nl: family, padding, port, groups. */
const SOCKADDR_BYTES = 12;
const AF_NETLINK = 16;
/** The kernel had more to say than there was room for. */
const ENOBUFS = 105;
/** More than the kernel puts into one datagram. */
const RECEIVE_BYTES = 64 * 1024;

/** The kernel had no room for some changes, so that anything may have changed. */
export interface Lost {
  what: "lost";
}

export interface MonitorOptions<Change> {
  /** as NETLINK_ROUTE */
  protocol: number;
  /** a mask of bits, the first group being the lowest */
  groups: number;
  /** undefined: leave it out */
  parse: (message: NetlinkMessage) => Change | undefined;
}

/** For the network namespace that it is made in. `fd` is readable (poll(2)) when there is something to drain. */
export class NetlinkMonitor<Change> implements Disposable {
  readonly #socket: Descriptor;
  readonly #parse: MonitorOptions<Change>["parse"];
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);

  /** @throws SystemError */
  constructor({ protocol, groups, parse }: MonitorOptions<Change>) {
    this.#socket = openNetlink(protocol, SOCK_NONBLOCK);
    this.#parse = parse;
    const address = new Uint8Array(SOCKADDR_BYTES);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_NETLINK, true);
    view.setUint32(8, groups, true);
    check(libc.bind(this.#socket.fd, address, SOCKADDR_BYTES), "bind", "netlink");
  }

  get fd(): number {
    return this.#socket.fd;
  }

  /** What has changed since the last time, without waiting. */
  drain(): (Change | Lost)[] {
    const changes: (Change | Lost)[] = [];
    while (true) {
      const length = this.#receive();
      if (length === "empty") return changes;
      if (length === "lost") changes.push({ what: "lost" });
      else {
        for (const message of decodeMessages(this.#buffer.subarray(0, length))) {
          const change = this.#parse(message);
          if (change !== undefined) changes.push(change);
        }
      }
    }
  }

  #receive(): number | "empty" | "lost" {
    try {
      return readAvailable(this.#socket.fd, this.#buffer);
    } catch (error) {
      if (error instanceof SystemError && error.errno === ENOBUFS) return "lost";
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
