import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { sleep } from "../base/sleep.ts";
import { UdpForwarder, type UdpForwarderOptions } from "./udp_forwarder.ts";

/** A bound socket, closed in the end. */
async function socketAt(address: string): Promise<Socket & Disposable> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  await new Promise<void>((resolve) => socket.bind({ address, port: 0 }, resolve));
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.close() });
}

/** The next datagram. */
function next(socket: Socket): Promise<{ text: string; from: RemoteInfo }> {
  return new Promise((resolve) =>
    socket.once("message", (bytes, from) => resolve({ text: bytes.toString(), from }))
  );
}

function nothingComes(socket: Socket): Promise<boolean> {
  return Promise.race([next(socket).then(() => false), sleep(200).then(() => true)]);
}

/** At [::1], to `server`. */
function forwarderTo(server: Socket, more: Partial<UdpForwarderOptions> = {}): Promise<UdpForwarder> {
  const target = () => ({ address: "127.0.0.1", port: server.address().port });
  return UdpForwarder.open({ address: "::1", port: 0, target, ...more });
}

Deno.test("datagrams of each client, and the answers, go where they belong", async () => {
  using server = await socketAt("127.0.0.1");
  using first = await socketAt("::1");
  using second = await socketAt("::1");
  await using forwarder = await forwarderTo(server);
  server.on("message", (bytes, { port }) => server.send(`re: ${bytes}`, port, "127.0.0.1"));
  for (const [client, text] of [[first, "one"], [second, "two"], [first, "three"]] as const) {
    client.send(text, forwarder.port, "::1");
    const answer = await next(client);
    assert.equal(answer.text, `re: ${text}`);
    assert.deepEqual([answer.from.address, answer.from.port], ["::1", forwarder.port]);
  }
});

Deno.test("a large and an empty datagram pass whole", async () => {
  using server = await socketAt("127.0.0.1");
  using client = await socketAt("::1");
  await using forwarder = await forwarderTo(server);
  for (const text of ["x".repeat(60_000), ""]) {
    client.send(text, forwarder.port, "::1");
    assert.equal((await next(server)).text, text);
  }
});

Deno.test("a client keeps its target, and its port there, until it was silent for long", async () => {
  using server = await socketAt("127.0.0.1");
  using client = await socketAt("::1");
  await using forwarder = await forwarderTo(server, { idleMs: 1_000 });
  const portOfNext = async () => {
    client.send("?", forwarder.port, "::1");
    return (await next(server)).from.port;
  };
  const port = await portOfNext();
  await sleep(600);
  assert.equal(await portOfNext(), port);
  await sleep(600);
  assert.equal(await portOfNext(), port);
  await sleep(1_500);
  assert.notEqual(await portOfNext(), port);
});

Deno.test("what somebody else sends to the port of a client there does not reach the client", async () => {
  using server = await socketAt("127.0.0.1");
  using stranger = await socketAt("127.0.0.1");
  using client = await socketAt("::1");
  await using forwarder = await forwarderTo(server);
  client.send("?", forwarder.port, "::1");
  const { from } = await next(server);
  stranger.send("false", from.port, "127.0.0.1");
  assert.ok(await nothingComes(client));
  server.send("true", from.port, "127.0.0.1");
  assert.equal((await next(client)).text, "true");
});

Deno.test("one client more takes the place of the one that was silent for the longest", async () => {
  using server = await socketAt("127.0.0.1");
  using first = await socketAt("::1");
  using second = await socketAt("::1");
  using third = await socketAt("::1");
  await using forwarder = await forwarderTo(server, { maxFlows: 2 });
  const portOf = async (client: Socket) => {
    client.send("?", forwarder.port, "::1");
    return (await next(server)).from.port;
  };
  const port = await portOf(first);
  const silent = await portOf(second);
  assert.equal(await portOf(first), port);
  await portOf(third);
  assert.equal(await portOf(first), port);
  server.send("late", silent, "127.0.0.1");
  assert.ok(await nothingComes(second));
});

Deno.test("without a target nothing is sent, and after its end neither", async () => {
  using server = await socketAt("127.0.0.1");
  using client = await socketAt("::1");
  const forwarder = await forwarderTo(server, { target: () => undefined });
  client.send("?", forwarder.port, "::1");
  assert.ok(await nothingComes(server));
  await forwarder[Symbol.asyncDispose]();
});

Deno.test("a port that is taken is an error", async () => {
  using taken = await socketAt("::1");
  const { port } = taken.address();
  await assert.rejects(UdpForwarder.open({ address: "::1", port, target: () => undefined }), {
    code: "EADDRINUSE",
  });
});
