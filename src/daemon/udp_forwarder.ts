/** Datagrams to one port, those of each client led on to somewhere else, and what comes back from there. */
import type { Buffer } from "node:buffer";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { bindUdp, takeDatagram } from "../base/datagram.ts";

export interface UdpForwarderOptions {
  /** of IPv6 */
  address: string;
  /** 0: a free one */
  port: number;
  /** where what a client sends goes, until it has been silent for long; undefined: nowhere, it is lost */
  target: (client: string) => { address: string; port: number } | undefined;
  /** clients at a time; the one that was silent for the longest makes room for one more */
  maxFlows?: number;
  /** as long as the kernel remembers a flow with answers (nf_conntrack_udp_timeout_stream) */
  idleMs?: number;
}

/** One client, and where its datagrams go. */
interface Flow {
  socket: Socket;
  target: { address: string; port: number };
  timer?: number;
}

/** Each takes a descriptor, and 64 KiB for the next datagram. */
const MAX_FLOWS = 128;
const IDLE_MS = 120_000;

export class UdpForwarder implements AsyncDisposable {
  /** by the client's address and port; the one that was silent for the longest comes first */
  readonly #flows = new Map<string, Flow>();

  private constructor(private readonly front: Socket, private readonly options: UdpForwarderOptions) {
    front.on("message", (bytes, client) => this.#onDatagram(takeDatagram(bytes), client));
    front.on("error", () => {}); // a client that has gone: so are its answers
  }

  /** Listens from now on. @throws Node's error, with `code` EADDRINUSE or EADDRNOTAVAIL, when it can't */
  static async open(options: UdpForwarderOptions): Promise<UdpForwarder> {
    return new UdpForwarder(await bindUdp(options.address, options.port), options);
  }

  get port(): number {
    return this.front.address().port;
  }

  /** Forgets all clients. */
  // deno-lint-ignore require-await -- as whoever has several kinds of listeners expects it
  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of this.#flows.keys()) this.#end(key);
    this.front.close();
  }

  #onDatagram(bytes: Buffer, client: RemoteInfo): void {
    const key = `${client.address} ${client.port}`;
    const flow = this.#flows.get(key) ?? this.#begin(key, client);
    if (!flow) return;
    this.#touch(key, flow);
    flow.socket.send(bytes, flow.target.port, flow.target.address);
  }

  #begin(key: string, client: RemoteInfo): Flow | undefined {
    const target = this.options.target(client.address);
    if (!target) return undefined;
    const { maxFlows = MAX_FLOWS } = this.options;
    if (this.#flows.size >= maxFlows) this.#end(this.#flows.keys().next().value!);
    const socket = createSocket(target.address.includes(":") ? "udp6" : "udp4");
    const flow: Flow = { socket, target };
    socket.on("error", () => this.#end(key)); // nobody is there: the next datagram looks again
    socket.on("message", (bytes, from) => {
      const answer = takeDatagram(bytes);
      if (from.address !== target.address || from.port !== target.port) return; // anybody can send to it
      if (this.#flows.get(key) !== flow) return;
      this.#touch(key, flow);
      this.front.send(answer, client.port, client.address);
    });
    return flow;
  }

  #touch(key: string, flow: Flow): void {
    const { idleMs = IDLE_MS } = this.options;
    clearTimeout(flow.timer);
    flow.timer = setTimeout(() => this.#end(key), idleMs);
    this.#flows.delete(key);
    this.#flows.set(key, flow);
  }

  #end(key: string): void {
    const flow = this.#flows.get(key);
    if (!flow) return;
    this.#flows.delete(key);
    clearTimeout(flow.timer);
    flow.socket.close();
  }
}
