/** A DNS server on one address: UDP and TCP, whatever clients send. */
import { Buffer } from "node:buffer";
import type { RemoteInfo, Socket } from "node:dgram";
import { decodeMessage } from "../../base/dns/decode.ts";
import { encodeMessage } from "../../base/dns/encode.ts";
import {
  type Message,
  PLAIN_UDP_BYTES,
  queryFor,
  RESPONSE_CODE,
  responseTo,
} from "../../base/dns/message.ts";
import { DnsFormatError } from "../../base/dns/name.ts";
import { sleep } from "../../base/sleep.ts";
import { bindUdp, takeDatagram } from "../../base/datagram.ts";
import { readMessage, writeMessage } from "./stream.ts";

export interface DnsServerOptions {
  address: string;
  /** 0: a free one, the same for both */
  port: number;
  respond: (query: Message, client: string) => Promise<Message>;
  /** is told of bugs */
  log: (line: string) => void;
}

export interface DnsServer extends AsyncDisposable {
  port: number;
}

/** A datagram that arrives whole on every path (DNS flag day 2020); a client that takes more may use TCP. */
const MAX_UDP_BYTES = 1_232;
/** One question and some options; nobody needs more. */
const MAX_QUERY_BYTES = 4_096;
/** Being answered at a time; of one client fewer, so that it can't keep the others from being heard. */
const MAX_QUERIES = 512;
const MAX_QUERIES_OF_CLIENT = 128;
const MAX_CONNECTIONS = 256;
const MAX_CONNECTIONS_OF_CLIENT = 8;
/** A connection on which nothing comes is closed (RFC 7766 §6.2.3). */
const IDLE_MS = 10_000;
/** Of a header; what is shorter has no ID to answer to. */
const HEADER_BYTES = 12;
const RESPONSE_BIT = 0x80;
const AFTER_FAILURE_MS = 100;

/** Listens. @throws Deno's or Node's error, with `code` EADDRINUSE or EADDRNOTAVAIL, when it can't */
export async function serveDns(options: DnsServerOptions): Promise<DnsServer> {
  const listener = listenTcp(options);
  const { port } = listener.addr as Deno.NetAddr;
  try {
    const socket = await bindUdp(options.address, port);
    return new RunningServer(options, listener, socket);
  } catch (error) {
    listener.close();
    throw error;
  }
}

function listenTcp({ address, port }: DnsServerOptions): Deno.TcpListener {
  return Deno.listen({ hostname: address, port });
}

class RunningServer implements DnsServer {
  readonly port: number;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;
  readonly #queriesOf = new Shares(MAX_QUERIES, MAX_QUERIES_OF_CLIENT);
  readonly #connectionsOf = new Shares(MAX_CONNECTIONS, MAX_CONNECTIONS_OF_CLIENT);
  #closed = false;

  constructor(
    private readonly options: DnsServerOptions,
    private readonly listener: Deno.TcpListener,
    private readonly socket: Socket,
  ) {
    this.port = (listener.addr as Deno.NetAddr).port;
    socket.on("error", (error) => options.log(`${options.address}: ${error.message}`));
    socket.on("message", (bytes, from) => void this.#onDatagram(bytes, from));
    this.#accepting = this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.listener.close();
    this.socket.close();
    for (const connection of this.#connections) this.#close(connection);
    await this.#accepting;
  }

  async #onDatagram(bytes: Buffer, { address, port }: RemoteInfo): Promise<void> {
    const query = takeDatagram(bytes, MAX_QUERY_BYTES);
    const response = await this.#respond(query, address, { byUdp: true });
    if (response && !this.#closed) this.socket.send(Buffer.from(response), port, address);
  }

  async #accept(): Promise<void> {
    const served = new Set<Promise<void>>();
    while (!this.#closed) {
      try {
        const connection = await this.listener.accept();
        const done = this.#serve(connection).finally(() => served.delete(done));
        served.add(done);
      } catch (error) {
        if (this.#closed) break;
        this.options.log(`${this.options.address}: ${(error as Error).message}`);
        await sleep(AFTER_FAILURE_MS); // as EMFILE, which does not go away by trying
      }
    }
    await Promise.all(served);
  }

  /** One query after another, until the client has no more, or is silent for too long. */
  async #serve(connection: Deno.TcpConn): Promise<void> {
    const { hostname: client } = connection.remoteAddr as Deno.NetAddr;
    const close = () => this.#close(connection);
    if (!this.#connectionsOf.take(client)) return connection.close();
    this.#connections.add(connection);
    let timer = setTimeout(close, IDLE_MS);
    try {
      while (true) {
        const query = await readMessage(connection, MAX_QUERY_BYTES);
        const response = query && await this.#respond(query, client, { byUdp: false });
        if (!response) break;
        await writeMessage(connection, response);
        clearTimeout(timer);
        timer = setTimeout(close, IDLE_MS);
      }
    } catch {
      // It sent something else, went away, or was silent: the connection is over.
    } finally {
      clearTimeout(timer);
      close();
      this.#connectionsOf.release(client);
    }
  }

  /** At most once. */
  #close(connection: Deno.TcpConn): void {
    if (this.#connections.delete(connection)) connection.close();
  }

  /** undefined: nothing is sent. */
  async #respond(
    bytes: Uint8Array,
    client: string,
    { byUdp }: { byUdp: boolean },
  ): Promise<Uint8Array | undefined> {
    if (bytes.length < HEADER_BYTES || (bytes[2] & RESPONSE_BIT) !== 0) return undefined; // no answer to answers
    if (!this.#queriesOf.take(client)) return undefined; // it asks again
    try {
      const query = decodeMessage(bytes);
      const response = await this.options.respond(query, client);
      const edns = response.edns && { ...response.edns, udpBytes: MAX_UDP_BYTES };
      const clientBytes = Math.max(query.edns?.udpBytes ?? 0, PLAIN_UDP_BYTES);
      const maxBytes = byUdp ? Math.min(clientBytes, MAX_UDP_BYTES) : undefined;
      return encodeMessage({ ...response, edns }, { maxBytes });
    } catch (error) {
      if (error instanceof DnsFormatError) return formatError(bytes);
      this.options.log((error as Error).stack ?? String(error));
      return undefined;
    } finally {
      this.#queriesOf.release(client);
    }
  }
}

/** To what can't be read but for its first two bytes, the ID. */
function formatError([high, low]: Uint8Array): Uint8Array {
  const query = { ...queryFor(), id: high << 8 | low };
  return encodeMessage(responseTo(query, { responseCode: RESPONSE_CODE.FORMAT_ERROR }));
}

/** How many things are under way, together and of each client. */
class Shares {
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(private readonly max: number, private readonly maxOfClient: number) {}

  /** False when there are too many. */
  take(client: string): boolean {
    const count = this.#counts.get(client) ?? 0;
    if (this.#total >= this.max || count >= this.maxOfClient) return false;
    this.#counts.set(client, count + 1);
    this.#total++;
    return true;
  }

  release(client: string): void {
    const count = this.#counts.get(client)! - 1;
    if (count > 0) this.#counts.set(client, count);
    else this.#counts.delete(client);
    this.#total--;
  }
}
