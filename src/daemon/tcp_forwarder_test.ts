import assert from "node:assert/strict";
import { sleep } from "../base/sleep.ts";
import { TcpForwarder } from "./tcp_forwarder.ts";

type Serve = (connection: Deno.TcpConn) => Promise<void>;

interface Rig extends AsyncDisposable {
  connect(): Promise<Deno.TcpConn>;
  /** of the forwarder alone */
  end(): Promise<void>;
}

/** A forwarder at [::1] to a server at 127.0.0.1 that does as told with each connection. */
function rig(serve: Serve, { maxConnections, port }: { maxConnections?: number; port?: number } = {}): Rig {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = { address: "127.0.0.1", port: port ?? (server.addr as Deno.NetAddr).port };
  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const connection of server) {
      all.push(serve(connection).catch(() => {}).finally(() => connection[Symbol.dispose]()));
    }
    await Promise.all(all);
  })();
  const listener = Deno.listen({ hostname: "::1", port: 0 });
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const forwarder = new TcpForwarder(listener, { target: () => target, log, maxConnections });
  const end = async () => await forwarder[Symbol.asyncDispose]();
  return {
    connect: () => Deno.connect({ hostname: "::1", port: (listener.addr as Deno.NetAddr).port }),
    end,
    async [Symbol.asyncDispose]() {
      await end();
      server.close();
      await serving;
      assert.deepEqual(logged, []);
    },
  };
}

async function readAll(connection: Deno.TcpConn): Promise<Uint8Array> {
  return new Uint8Array(await new Response(connection.readable).arrayBuffer());
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

const MEGABYTES = Uint8Array.from({ length: 5 * 1024 ** 2 }, (_, index) => (index * 7 + index / 253) & 0xff);

Deno.test("much passes whole in both directions, and each end comes through by itself", async () => {
  const received = Promise.withResolvers<Uint8Array>();
  await using forwarded = rig(async (connection) => {
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(65_536);
    for (let length; (length = await connection.read(buffer)) !== null;) chunks.push(buffer.slice(0, length));
    received.resolve(new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()));
    await writeAll(connection, MEGABYTES); // only now: the other direction is still open
  });
  const client = await forwarded.connect();
  await writeAll(client, MEGABYTES);
  await client.closeWrite();
  assert.deepEqual(await received.promise, MEGABYTES);
  assert.deepEqual(await readAll(client), MEGABYTES);
});

Deno.test("what the server says first comes before the client has said anything", async () => {
  await using forwarded = rig((connection) => writeAll(connection, new TextEncoder().encode("220 ready")));
  assert.equal(new TextDecoder().decode(await readAll(await forwarded.connect())), "220 ready");
});

Deno.test("the connection ends when nobody is there", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr as Deno.NetAddr;
  closed.close();
  await using forwarded = rig(() => Promise.resolve(), { port });
  using client = await forwarded.connect();
  assert.equal(await client.read(new Uint8Array(1)).catch(() => null), null);
});

Deno.test("a client that goes away ends the connection to the server", async () => {
  const ended = Promise.withResolvers<void>();
  await using forwarded = rig(async (connection) => {
    const buffer = new Uint8Array(10);
    while (await connection.read(buffer).catch(() => null) !== null);
    ended.resolve();
  });
  const client = await forwarded.connect();
  await writeAll(client, Uint8Array.of(1));
  client.close();
  await ended.promise;
});

Deno.test("its end ends all connections, and nothing listens any more", async () => {
  await using forwarded = rig(async (connection) => {
    while (await connection.read(new Uint8Array(10)).catch(() => null) !== null);
  });
  using client = await forwarded.connect();
  await writeAll(client, Uint8Array.of(1));
  await sleep(20);
  await forwarded.end();
  assert.equal(await client.read(new Uint8Array(1)).catch(() => null), null);
  await assert.rejects(forwarded.connect(), Deno.errors.ConnectionRefused);
});

Deno.test("connections above the limit are closed, and there is room again when others have ended", async () => {
  await using forwarded = rig(async (connection) => {
    const buffer = new Uint8Array(1);
    while (await connection.read(buffer).catch(() => null)) await writeAll(connection, buffer);
  }, { maxConnections: 2 });
  const echoes = async (client: Deno.TcpConn) => {
    try {
      await client.write(Uint8Array.of(7));
      return await client.read(new Uint8Array(1)) === 1;
    } catch {
      return false;
    }
  };
  using first = await forwarded.connect();
  using second = await forwarded.connect();
  assert.deepEqual([await echoes(first), await echoes(second)], [true, true]);
  using third = await forwarded.connect();
  assert.equal(await echoes(third), false);
  first.close();
  const deadline = performance.now() + 5_000;
  while (performance.now() < deadline) {
    using next = await forwarded.connect();
    if (await echoes(next)) return;
    await sleep(20);
  }
  assert.fail("no room came");
});
