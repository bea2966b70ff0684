import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { decodeMessage } from "../../base/dns/decode.ts";
import { encodeMessage } from "../../base/dns/encode.ts";
import {
  addressOf,
  CLASS_IN,
  type Message,
  queryFor,
  RESPONSE_CODE,
  responseTo,
  TYPE,
} from "../../base/dns/message.ts";
import { sleep } from "../../base/sleep.ts";
import { askByTcp, askByUdp, type Server } from "./exchange.ts";
import { Forwarder } from "./forwarder.ts";
import { type Answer, type Lookup, Resolver } from "./resolver.ts";
import { type DnsServer, serveDns } from "./server.ts";
import { startDnsmasq } from "./testing/dnsmasq.ts";

const inTime = () => AbortSignal.timeout(5_000);
const LOOPBACK = "127.0.0.1";

const question = (name: string, type: number = TYPE.A) => ({ name, type, class: CLASS_IN });
const addressesIn = ({ answers }: Message) => answers.map(addressOf);

interface Rig extends AsyncDisposable {
  server: Server;
  lookups: Lookup[];
  udp(query: Message): Promise<Message>;
  tcp(query: Message): Promise<Message>;
  /** by Deno's own resolver, which is hickory's */
  resolve(name: string, type: "A" | "AAAA" | "PTR"): Promise<string[]>;
}

/** A whole server that answers for `own`, and forwards to servers at `port`. */
async function rig(options: {
  own?: (lookup: Lookup) => Answer;
  upstreams?: readonly string[] | "none" | "refused";
  port?: number;
  address?: string;
} = {}): Promise<Rig> {
  const { own = () => undefined, upstreams = "none", port, address = LOOPBACK } = options;
  const stop = new AbortController();
  const lookups: Lookup[] = [];
  const resolver = new Resolver({
    answer: (lookup) => {
      lookups.push(lookup);
      return own(lookup);
    },
    upstreams: () => upstreams,
    forwarder: new Forwarder({ port, tryTimeoutMs: 100 }),
    signal: stop.signal,
  });
  const logged: string[] = [];
  const running = await serveDns({
    address,
    port: 0,
    respond: (query, client) => resolver.respond(query, client),
    log: (line) => logged.push(line),
  });
  const server = { address, port: running.port };
  return {
    server,
    lookups,
    udp: (query) => askByUdp(query, server, inTime()),
    tcp: (query) => askByTcp(query, server, inTime()),
    resolve: (name, type) =>
      Deno.resolveDns(name, type as "A", { nameServer: { ipAddr: address, port: running.port } }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running[Symbol.asyncDispose]();
      assert.deepEqual(logged, []);
    },
  };
}

const WEB = { addresses: ["172.20.0.2", "fd00::2", "172.20.0.3"] };

/** What one client sends as it is, and what comes back; undefined: nothing within half a second. */
async function raw(server: Server, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const socket = createSocket("udp4");
  const answer = new Promise<Uint8Array>((resolve) => socket.on("message", resolve));
  socket.send(Buffer.from(bytes), server.port, server.address);
  const result = await Promise.race([answer, sleep(500).then(() => undefined)]);
  socket.close();
  return result;
}

Deno.test("a name of ours is answered by UDP and TCP, each family by itself, in the writing of the question", async () => {
  await using dns = await rig({ own: ({ name }) => name === "web" ? WEB : undefined });
  for (const ask of [dns.udp, dns.tcp]) {
    const response = await ask({ ...queryFor(question("WeB")), id: 7 });
    assert.deepEqual(addressesIn(response), ["172.20.0.2", "172.20.0.3"]);
    assert.deepEqual(response.questions, [question("WeB")]);
    const { responseCode, authoritative, recursionAvailable, answers: [{ name, ttlSeconds }] } = response;
    assert.deepEqual(
      { responseCode, authoritative, recursionAvailable, name, ttlSeconds },
      { responseCode: 0, authoritative: true, recursionAvailable: true, name: "WeB", ttlSeconds: 5 },
    );
    assert.deepEqual(addressesIn(await ask(queryFor(question("web", TYPE.AAAA)))), ["fd00::2"]);
    assert.equal((await ask(queryFor(question("web", TYPE.ANY)))).answers.length, 3);
  }
  assert.deepEqual(dns.lookups[0], { name: "web", type: TYPE.A, client: LOOPBACK });
});

Deno.test("a client that is not ours understands the answers", async () => {
  await using dns = await rig({
    own: ({ name }) =>
      name === "web.test" ? WEB : name === "2.0.20.172.in-addr.arpa" ? { names: ["web"] } : "no such name",
  });
  assert.deepEqual((await dns.resolve("web.test", "A")).toSorted(), ["172.20.0.2", "172.20.0.3"]);
  assert.deepEqual(await dns.resolve("web.test", "AAAA"), ["fd00::2"]);
  assert.deepEqual(await dns.resolve("2.0.20.172.in-addr.arpa", "PTR"), ["web."]);
  await assert.rejects(dns.resolve("other.test", "A"), Deno.errors.NotFound);
});

Deno.test("a name without an address of the family has no data, one that is not there has no name", async () => {
  await using dns = await rig({
    own: ({ name }) =>
      name === "v4" ? { addresses: ["172.20.0.2"] } : name === "gone" ? "no such name" : undefined,
  });
  const codeOf = async (name: string, type: number) => {
    const { responseCode, answers } = await dns.udp(queryFor(question(name, type)));
    assert.deepEqual(answers, []);
    return responseCode;
  };
  assert.equal(await codeOf("v4", TYPE.AAAA), RESPONSE_CODE.NO_ERROR);
  assert.equal(await codeOf("v4", TYPE.TXT), RESPONSE_CODE.NO_ERROR);
  assert.equal(await codeOf("gone", TYPE.A), RESPONSE_CODE.NAME_ERROR);
  assert.equal(await codeOf("example.com", TYPE.A), RESPONSE_CODE.NAME_ERROR); // no way out
});

Deno.test("IPv6 clients are served", async () => {
  await using dns = await rig({ own: () => WEB, address: "::1" });
  for (const ask of [dns.udp, dns.tcp]) {
    assert.equal(addressesIn(await ask(queryFor(question("web")))).length, 2);
  }
  assert.deepEqual(dns.lookups.map(({ client }) => client), ["::1", "::1"]);
});

Deno.test("what is not ours is forwarded, kept, and counted down", async () => {
  await using upstream = await startDnsmasq("127.0.0.41", 0, [
    "--host-record=www.example,10.1.2.3,100",
  ]);
  await using dns = await rig({ upstreams: [upstream.address], port: upstream.port });
  const first = await dns.udp(queryFor(question("www.example")));
  assert.deepEqual(addressesIn(first), ["10.1.2.3"]);
  assert.equal(first.answers[0].ttlSeconds, 100);
  await sleep(1_100);
  const second = await dns.tcp(queryFor(question("WWW.example")));
  assert.equal(second.answers[0].ttlSeconds, 99);
  assert.deepEqual(second.questions, [question("WWW.example")]);
  assert.deepEqual(upstream.asked, ["A www.example"]);
  assert.deepEqual(await dns.resolve("www.example", "A"), ["10.1.2.3"]);
});

Deno.test("an answer that is too long for the client's datagram comes by TCP", async () => {
  const addresses = Array.from({ length: 100 }, (_, index) => `10.1.3.${index + 1}`);
  await using upstream = await startDnsmasq(
    "127.0.0.42",
    0,
    addresses.map((address) => `--host-record=many.example,${address}`),
  );
  await using dns = await rig({ upstreams: [upstream.address], port: upstream.port });
  const plain = queryFor(question("many.example"));
  const edns = (udpBytes: number) => ({ ...plain, edns: { udpBytes, version: 0, dnssecOk: false } });
  const cut = async (query: Message) => {
    const response = await dns.udp(query);
    assert.ok(response.truncated);
    assert.equal(response.edns?.udpBytes, query.edns && 1232);
    return response.answers.length;
  };
  assert.equal(await cut(plain), Math.floor((512 - 12 - 18) / 16));
  assert.equal(await cut(edns(100)), Math.floor((512 - 12 - 18 - 11) / 16));
  assert.equal(await cut(edns(800)), Math.floor((800 - 12 - 18 - 11) / 16));
  assert.equal(await cut(edns(4096)), Math.floor((1232 - 12 - 18 - 11) / 16));
  const whole = await dns.tcp(plain);
  assert.deepEqual(addressesIn(whole).toSorted(), addresses.toSorted());
  assert.equal(whole.truncated, false);
  assert.equal((await dns.resolve("many.example", "A")).length, 100);
});

Deno.test("queries for the same at the same time are one to the server", async () => {
  await using upstream = await startDnsmasq("127.0.0.43", 0, ["--host-record=www.example,10.1.2.3"]);
  await using dns = await rig({ upstreams: [upstream.address], port: upstream.port });
  const all = await Promise.all(Array.from({ length: 20 }, () => dns.udp(queryFor(question("www.example")))));
  assert.ok(all.every((response) => addressesIn(response)[0] === "10.1.2.3"));
  assert.deepEqual(upstream.asked, ["A www.example"]);
});

Deno.test("when no server answers, the client is told at once that it failed", async () => {
  await using dns = await rig({ upstreams: ["127.0.0.98"], port: 5398 });
  const response = await dns.udp(queryFor(question("www.example")));
  assert.equal(response.responseCode, RESPONSE_CODE.SERVER_FAILURE);
});

Deno.test("a client that has to ask somebody else is refused what is not ours", async () => {
  await using dns = await rig({ own: ({ name }) => name === "web" ? WEB : undefined, upstreams: "refused" });
  const codeOf = async (name: string) => (await dns.udp(queryFor(question(name)))).responseCode;
  assert.deepEqual([await codeOf("web"), await codeOf("www.example")], [0, RESPONSE_CODE.REFUSED]);
});

Deno.test("wrong queries get the code that fits, or nothing", async () => {
  await using dns = await rig({ own: () => WEB });
  const good = queryFor(question("web"));
  const codeOf = async (query: Message) => (await raw(dns.server, encodeMessage(query)))![3] & 0xf;
  assert.equal(await codeOf({ ...good, questions: [] }), RESPONSE_CODE.FORMAT_ERROR);
  assert.equal(await codeOf({ ...good, questions: [...good.questions, ...good.questions] }), 1);
  assert.equal(await codeOf({ ...good, opcode: 4 }), RESPONSE_CODE.NOT_IMPLEMENTED);
  assert.equal(await codeOf({ ...good, opcode: 5 }), RESPONSE_CODE.NOT_IMPLEMENTED);
  const future = await dns.udp({ ...good, edns: { udpBytes: 512, version: 1, dnssecOk: false } });
  assert.deepEqual([future.responseCode, future.edns?.version], [RESPONSE_CODE.BAD_VERSION, 0]);

  const cutOff = encodeMessage({ ...good, id: 0x1234 }).subarray(0, 15);
  assert.deepEqual(decodeMessage((await raw(dns.server, cutOff))!), {
    ...responseTo(queryFor(), { responseCode: RESPONSE_CODE.FORMAT_ERROR }),
    id: 0x1234,
  });
  assert.equal(await raw(dns.server, encodeMessage(responseTo(good))), undefined);
  assert.equal(await raw(dns.server, cutOff.subarray(0, 11)), undefined);
  assert.equal(addressesIn(await dns.udp(good)).length, 2);
});

Deno.test("a TCP client may ask several times, in pieces, and is dropped for what is no query", async () => {
  await using dns = await rig({ own: () => WEB });
  const connect = () => Deno.connect({ hostname: LOOPBACK, port: dns.server.port });
  const query = encodeMessage(queryFor(question("web")));
  const framed = Uint8Array.of(0, query.length, ...query);
  {
    using connection = await connect();
    for (let round = 0; round < 3; round++) {
      for (const byte of framed) await connection.write(Uint8Array.of(byte));
      const buffer = new Uint8Array(512);
      const length = await connection.read(buffer);
      assert.equal(addressesIn(decodeMessage(buffer.subarray(2, length!))).length, 2);
    }
  }
  using other = await connect();
  await other.write(Uint8Array.of(0xff, 0xff, 1));
  assert.equal(await other.read(new Uint8Array(10)), null);
});

Deno.test("a client with many connections keeps others from nothing", async () => {
  await using dns = await rig({ own: () => WEB });
  using open = new DisposableStack();
  const connections: Deno.TcpConn[] = [];
  for (let count = 0; count < 9; count++) {
    connections.push(open.use(await Deno.connect({ hostname: LOOPBACK, port: dns.server.port })));
  }
  assert.equal(await connections[8].read(new Uint8Array(1)), null); // one too many
  assert.equal(addressesIn(await dns.udp(queryFor(question("web")))).length, 2);
  connections[0].close();
  const again = await retry(() => dns.tcp(queryFor(question("web"))));
  assert.equal(addressesIn(again).length, 2);
});

async function retry<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let round = 0; round < 20; round++) {
    try {
      return await action();
    } catch {
      await sleep(20);
    }
  }
  return await action();
}

Deno.test("a port that is taken is an error, and nothing stays open", async () => {
  await using dns = await rig();
  const { address, port } = dns.server;
  const options = { address, respond: () => Promise.reject(new Error("unused")), log: () => {} };
  await assert.rejects(serveDns({ ...options, port }), { code: "EADDRINUSE" });
  // Only UDP is taken.
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind({ address, port: 0 }, resolve));
  await assert.rejects(serveDns({ ...options, port: socket.address().port }), { code: "EADDRINUSE" });
  const { port: free } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  await using _server: DnsServer = await serveDns({ ...options, port: free });
  await assert.rejects(serveDns({ ...options, address: "192.0.2.1", port: 0 }), { code: "EADDRNOTAVAIL" });
});
