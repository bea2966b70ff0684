/** Connections to a container's own loopback, from the host: nothing has to be installed in the container. */
import { connectedUnlessAborted } from "../../base/unless_aborted.ts";

/** Calls `run` where the container's network is, and returns at once what it returns. */
export type Enter = <Result>(run: () => Result) => Result;

/** Bytes in both directions; closed by `using`. */
export interface Connection extends Disposable {
  received: AsyncIterable<Uint8Array>;
  send(bytes: Uint8Array): Promise<void>;
}

const LOOPBACK_V4 = "127.0.0.1";
const LOOPBACK_V6 = "::1";
const CHUNK_BYTES = 16 * 1024;

/** @throws Deno's error, as ConnectionRefused when nobody listens; the signal's reason */
export async function connectInside(enter: Enter, port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
  const connect = (hostname: string) =>
    connectedUnlessAborted(enter(() => Deno.connect({ hostname, port })), signal);
  try {
    return await connect(LOOPBACK_V4);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    // Some programs listen on IPv6 only. Where that fails too, the first reason is the better one.
    return await connect(LOOPBACK_V6).catch(() => {
      throw error;
    });
  }
}

/** The connection as it is, without TLS. */
export function plainConnection(connection: Deno.TcpConn): Connection {
  return {
    received: chunksOf(connection),
    async send(bytes) {
      for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

async function* chunksOf(connection: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  while (true) {
    const buffer = new Uint8Array(CHUNK_BYTES);
    const length = await connection.read(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}
