/** A netlink socket (netlink(7)): asking the kernel about its network, and changing it. */
import { concatBytes } from "../base/concat_bytes.ts";
import { Descriptor, readAvailable, writeAvailable } from "./file.ts";
import { check, openLibc, SystemError } from "./libc.ts";
import {
  decodeMessages,
  encodeMessage,
  type NetlinkMessage,
  type NetlinkRequest,
  parseAttributes,
  textOf,
  viewOf,
} from "./netlink_message.ts";

const libc = openLibc({
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
});

/** include/uapi/linux/netlink.h */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
/** of an answer: attributes follow the error */
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const SOL_NETLINK = 270;
/** the answer to a request does not repeat it */
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
export const SOCK_NONBLOCK = 0o4000;

/** Twice of what the kernel puts into one datagram at most (net/netlink/af_netlink.c, netlink_dump). */
const RECEIVE_BYTES = 64 * 1024;
/** How often a list is asked for that changes while it is told. */
const DUMP_TRIES = 50;

/** The kernel refused. `code` is the errno's name, the message says why in the kernel's own words, where it has some. */
export class NetlinkError extends SystemError {
  override name = "NetlinkError";

  constructor(what: string, errno: number, explanation?: string) {
    super(what, errno);
    if (explanation) this.message += `: ${explanation}`;
  }
}

/**
 * It stays in the network namespace that it is made in, and works there from wherever it is used. Its calls are
 * synchronous: the kernel answers at once.
 */
export class NetlinkSocket implements Disposable {
  readonly #socket: Descriptor;
  readonly #buffer = new Uint8Array(RECEIVE_BYTES);
  #sequence = 0;

  /** @throws SystemError, EPROTONOSUPPORT when the kernel lacks the protocol */
  constructor(protocol = NETLINK_ROUTE) {
    this.#socket = openNetlink(protocol);
    const on = new Uint8Array(new Int32Array([1]).buffer);
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK]) {
      check(libc.setsockopt(this.#socket.fd, SOL_NETLINK, option, on, on.length), "setsockopt");
    }
  }

  /**
   * Does all of it in one call of the kernel, so that a SIGKILL finds either nothing done or everything. Some dozens of
   * requests at most.
   * @throws NetlinkError about the first that failed; those behind it were tried
   */
  apply(requests: readonly NetlinkRequest[]): void {
    if (requests.length === 0) return;
    const first = this.#sequence + 1;
    this.#send(requests, NLM_F_ACK);
    const errors: (NetlinkError | undefined)[] = [];
    for (let answered = 0; answered < requests.length;) {
      for (const message of this.#receive()) {
        const index = message.sequence - first;
        if (message.type !== NLMSG_ERROR || !(index in requests)) continue;
        errors[index] = errorOf(message, requests[index]);
        answered++;
      }
    }
    const error = errors.find((error, index) => error && !requests[index].harmless?.includes(error.code));
    if (error) throw error;
  }

  /** The one message that answers; its bytes are overwritten by the next call. @throws NetlinkError */
  get(request: NetlinkRequest): NetlinkMessage {
    this.#send([request], 0);
    while (true) {
      for (const message of this.#receive()) {
        if (message.sequence !== this.#sequence) continue;
        const error = message.type === NLMSG_ERROR ? errorOf(message, request) : undefined;
        if (error) throw error;
        return message;
      }
    }
  }

  /**
   * A list, as it was at one moment. @param parse keeps none of the message's bytes; undefined: leave it out
   * @throws NetlinkError
   */
  dump<Item>(request: NetlinkRequest, parse: (message: NetlinkMessage) => Item | undefined): Item[] {
    for (let tries = 0; tries < DUMP_TRIES; tries++) {
      const items = this.#dumpOnce(request, parse);
      if (items) return items;
    }
    throw new Error(`Cannot ${request.what}: it changed ${DUMP_TRIES} times while it was read`);
  }

  /** undefined when something changed meanwhile. */
  #dumpOnce<Item>(
    request: NetlinkRequest,
    parse: (message: NetlinkMessage) => Item | undefined,
  ): Item[] | undefined {
    this.#send([request], NLM_F_DUMP);
    const items: Item[] = [];
    let interrupted = false;
    while (true) {
      for (const message of this.#receive()) {
        if (message.sequence !== this.#sequence) continue;
        if (message.flags & NLM_F_DUMP_INTR) interrupted = true;
        if (message.type === NLMSG_ERROR || message.type === NLMSG_DONE) {
          const error = errorOf(message, request);
          if (error) throw error;
          return interrupted ? undefined : items;
        }
        const item = parse(message);
        if (item !== undefined) items.push(item);
      }
    }
  }

  #send(requests: readonly NetlinkRequest[], flags: number): void {
    const bytes = concatBytes(requests.map((request) =>
      encodeMessage({
        type: request.type,
        flags: NLM_F_REQUEST | flags | (request.flags ?? 0),
        sequence: ++this.#sequence,
        body: request.body,
      })
    ));
    const sent = writeAvailable(this.#socket.fd, bytes);
    if (sent !== bytes.length) {
      throw new Error(`Cannot ${requests[0].what}: ${sent} of ${bytes.length} bytes sent`);
    }
  }

  #receive(): Generator<NetlinkMessage> {
    while (true) {
      const length = readAvailable(this.#socket.fd, this.#buffer);
      if (length !== "empty") return decodeMessages(this.#buffer.subarray(0, length));
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** The bare socket. @throws SystemError */
export function openNetlink(protocol: number, flags = 0): Descriptor {
  const socket = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, protocol);
  return new Descriptor(check(socket, "socket", "netlink"));
}

/** Of struct nlmsgerr, or of the number that ends a list; undefined when all is well. */
function errorOf(message: NetlinkMessage, { what }: NetlinkRequest): NetlinkError | undefined {
  const errno = message.body.length < 4 ? 0 : -viewOf(message.body).getInt32(0, true);
  if (errno === 0) return undefined;
  // An error is followed by the header of the request, the end of a list by nothing.
  const attributesAt = message.type === NLMSG_ERROR ? 4 + 16 : 4;
  const attributes = message.flags & NLM_F_ACK_TLVS ? message.body.subarray(attributesAt) : undefined;
  return new NetlinkError(what, errno, textOf(parseAttributes(attributes).get(NLMSGERR_ATTR_MSG)));
}
