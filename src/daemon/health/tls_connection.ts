/**
 * TLS without a look at the certificate, over a connection that is there already. Deno's own TLS always
 * verifies, and that of node:tls neither takes a Deno.Conn nor works over a unix socket; so the encrypted bytes
 * pass through a connection on the host's loopback, which only we can be the other end of.
 */
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { Connection } from "./connection.ts";

/**
 * Takes `connection` over: it is closed with the result, or at once when this throws.
 * @throws what node:tls throws: the other side speaks no TLS, or none that we do; the signal aborted
 */
export async function tlsConnection(connection: Deno.TcpConn, signal: AbortSignal): Promise<Connection> {
  using stack = new DisposableStack();
  stack.use(connection);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const tls = connect({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false });
  // Its other end is closed before this; once it has been read to its end, it closes by itself. Not destroy():
  // during a handshake that forgets to close the descriptor.
  stack.defer(() => tls.removeAllListeners("data").resume());
  tls.on("error", () => {}); // without a listener it would end the whole process; whoever waits gets it too
  signal.addEventListener("abort", () => listener[Symbol.dispose]()); // nobody else ends accept()
  await once(tls, "connect", { signal });
  const accepted = stack.use(await acceptFrom(listener, tls.localPort!));
  void passOn(accepted, connection);
  void passOn(connection, accepted);
  await once(tls, "secureConnect", { signal });
  const received = chunksOf(tls, signal);
  const owned = stack.move();
  return { received, send: (bytes) => send(tls, bytes), [Symbol.dispose]: () => owned.dispose() };
}

function send(tls: TLSSocket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => tls.write(bytes, (error) => error ? reject(error) : resolve()));
}

/** One chunk after the other. Not the stream's own iterator, after which resume() has no effect. */
async function* chunksOf(tls: TLSSocket, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let ended = tls.destroyed;
  let wake = () => {};
  tls.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    tls.pause();
    wake();
  });
  tls.on("close", () => {
    ended = true;
    wake();
  });
  signal.addEventListener("abort", () => wake());
  while (true) {
    const chunk = chunks.shift();
    if (chunk) {
      yield chunk;
      continue;
    }
    if (ended || signal.aborted) return;
    const change = new Promise<void>((resolve) => wake = resolve);
    tls.resume();
    await change;
  }
}

/** Any process of the host may connect to a port on loopback: those that are not us are sent away. */
async function acceptFrom(listener: Deno.TcpListener, port: number): Promise<Deno.TcpConn> {
  while (true) {
    const accepted = await listener.accept();
    if (accepted.remoteAddr.port === port) return accepted;
    accepted.close();
  }
}

/** Until one of the two ends: with one direction, the other one is over too. */
async function passOn(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  await from.readable.pipeTo(to.writable).catch(() => {}); // an error of one side is an end to the other
  from[Symbol.dispose]();
  to[Symbol.dispose]();
}
