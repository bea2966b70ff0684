/** Connections to one port, each led on to somewhere else. */
import { deadline } from "../base/deadline.ts";
import { sleep } from "../base/sleep.ts";
import { connectedUnlessAborted } from "../base/unless_aborted.ts";

export interface TcpForwarderOptions {
  /** where a connection from that address goes; undefined: nowhere, it is closed */
  target: (client: string) => { address: string; port: number } | undefined;
  log: (line: string) => void;
  /** at a time; those that are more are closed */
  maxConnections?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Each takes two descriptors. */
const MAX_CONNECTIONS = 512;
const CHUNK_BYTES = 32 * 1024;
const AFTER_FAILURE_MS = 100;

export class TcpForwarder implements AsyncDisposable {
  readonly #leaving = new AbortController();
  readonly #forwarding = new Set<Promise<void>>();
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;

  /** From now on, and the listener is its own. */
  constructor(private readonly listener: Deno.TcpListener, private readonly options: TcpForwarderOptions) {
    this.#accepting = this.#accept();
  }

  /** Ends all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    for (const connection of this.#connections) connection[Symbol.dispose]();
    this.listener[Symbol.dispose](); // twice is fine
    await this.#accepting;
    await Promise.all(this.#forwarding);
  }

  async #accept(): Promise<void> {
    const { signal } = this.#leaving;
    const { maxConnections = MAX_CONNECTIONS, log } = this.options;
    while (!signal.aborted) {
      try {
        const client = await this.listener.accept();
        if (this.#forwarding.size >= maxConnections) {
          client.close();
          continue;
        }
        const done = this.#forward(client).finally(() => this.#forwarding.delete(done));
        this.#forwarding.add(done);
      } catch (error) {
        if (signal.aborted) return;
        log(`Cannot accept a connection: ${(error as Error).message}`);
        await sleep(AFTER_FAILURE_MS, signal).catch(() => {}); // as EMFILE, which does not go away by trying
      }
    }
  }

  /** Until both sides have ended, or one of them failed. */
  async #forward(client: Deno.TcpConn): Promise<void> {
    using _client = this.#own(client);
    try {
      const target = this.options.target((client.remoteAddr as Deno.NetAddr).hostname);
      if (!target) return;
      const server = await this.#connect(target);
      using _server = this.#own(server);
      for (const connection of [client, server]) {
        connection.setNoDelay();
        connection.setKeepAlive(); // a side that vanished must not be waited for without end
      }
      await Promise.all([pass(client, server), pass(server, client)]);
    } catch {
      // One side is not there, or broke off: so does the other.
    }
  }

  async #connect({ address, port }: { address: string; port: number }): Promise<Deno.TcpConn> {
    using inTime = deadline(CONNECT_TIMEOUT_MS, this.#leaving.signal);
    return await connectedUnlessAborted(Deno.connect({ hostname: address, port }), inTime.signal);
  }

  /** Closed when it is done with, or when we leave. */
  #own(connection: Deno.TcpConn): Disposable {
    this.#connections.add(connection);
    if (this.#leaving.signal.aborted) connection.close();
    return {
      [Symbol.dispose]: () => {
        this.#connections.delete(connection);
        connection[Symbol.dispose](); // twice is fine
      },
    };
  }
}

/** What comes from one side goes to the other, and so does its end; the other direction may go on. */
async function pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let length; (length = await from.read(buffer)) !== null;) {
    for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
  }
  await to.closeWrite();
}
