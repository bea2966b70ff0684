import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { encodeMessage } from "../../base/dns/encode.ts";
import {
  addressOf,
  addressRecord,
  CLASS_IN,
  type Message,
  queryFor,
  RESPONSE_CODE,
  responseTo,
  TYPE,
} from "../../base/dns/message.ts";
import { Forwarder } from "./forwarder.ts";
import { startDnsmasq } from "./testing/dnsmasq.ts";
import { startFakeServer } from "./testing/fake_server.ts";

const QUERY: Message = { ...queryFor({ name: "www.example", type: TYPE.A, class: CLASS_IN }), id: 77 };
const { SERVER_FAILURE, REFUSED, NAME_ERROR, FORMAT_ERROR } = RESPONSE_CODE;

const never = new AbortController().signal;

/** A response with one address. */
function answered(query: Message, address: string): Message {
  return responseTo(query, { answers: [addressRecord(query.questions[0].name, address, 60)] });
}

function addressesIn(response: Message | undefined): (string | undefined)[] | undefined {
  return response?.answers.map(addressOf);
}

Deno.test("the answer of a real server has the query's ID, whatever was sent to the server", async () => {
  await using server = await startDnsmasq("127.0.0.21", 0, ["--host-record=www.example,10.1.2.3"]);
  const response = await new Forwarder({ port: server.port }).forward(QUERY, [server.address], never);
  assert.deepEqual(addressesIn(response), ["10.1.2.3"]);
  assert.equal(response!.id, 77);
  assert.deepEqual(server.asked, ["A www.example"]);
});

Deno.test("an answer that was cut off is fetched by TCP", async () => {
  const addresses = Array.from({ length: 60 }, (_, index) => `10.1.3.${index + 1}`);
  const records = addresses.map((address) => `--host-record=www.example,${address}`);
  await using server = await startDnsmasq("127.0.0.22", 0, records);
  const response = await new Forwarder({ port: server.port }).forward(QUERY, [server.address], never);
  assert.deepEqual(addressesIn(response)?.toSorted(), addresses.toSorted());
  assert.equal(response!.truncated, false);
  assert.equal(server.asked.length, 2);
});

Deno.test("what was cut off is passed on when TCP does not work", async () => {
  await using server = await startFakeServer("127.0.0.23", {
    udp: (query) => [{ ...answered(query, "10.0.0.1"), truncated: true }],
  });
  const response = await new Forwarder({ port: server.port }).forward(QUERY, [server.address], never);
  assert.deepEqual([addressesIn(response), response!.truncated], [["10.0.0.1"], true]);
});

Deno.test("each query has an ID and a port of its own", async () => {
  await using server = await startFakeServer("127.0.0.24", { udp: (query) => [answered(query, "10.0.0.1")] });
  const forwarder = new Forwarder({ port: server.port });
  for (let round = 0; round < 8; round++) await forwarder.forward(QUERY, [server.address], never);
  assert.ok(new Set(server.queries.map(({ id }) => id)).size >= 7);
  assert.ok(new Set(server.sources).size >= 7);
});

Deno.test("answers to other questions, with other IDs or that are none are passed over", async () => {
  await using server = await startFakeServer("127.0.0.25", {
    udp: (query) => {
      const [question] = query.questions;
      const wrong = answered(query, "6.6.6.6");
      return [
        { ...wrong, id: query.id ^ 1 },
        { ...wrong, isResponse: false },
        { ...wrong, questions: [{ ...question, name: "www.examp1e" }] },
        { ...wrong, questions: [{ ...question, type: TYPE.AAAA }] },
        { ...wrong, questions: [question, question] },
        { ...wrong, questions: [] },
        answered({ ...query, questions: [{ ...question, name: "WWW.example" }] }, "10.0.0.1"),
      ];
    },
  });
  const response = await new Forwarder({ port: server.port }).forward(QUERY, [server.address], never);
  assert.deepEqual(addressesIn(response), ["10.0.0.1"]);
});

Deno.test("an answer from elsewhere is passed over, though everything in it is right", async () => {
  const elsewhere = createSocket("udp4");
  await new Promise<void>((resolve) => elsewhere.bind({ address: "127.0.0.27", port: 0 }, resolve));
  await using server = await startFakeServer("127.0.0.26", {
    udp: (query) => {
      if (server.queries.length > 1) return [answered(query, "10.0.0.1")];
      const bytes = encodeMessage(answered(query, "6.6.6.6"));
      elsewhere.send(Buffer.from(bytes), server.sources[0], "127.0.0.1");
      return [];
    },
  });
  const forwarder = new Forwarder({ port: server.port, tryTimeoutMs: 100 });
  const response = await forwarder.forward(QUERY, [server.address], never);
  elsewhere.close();
  assert.deepEqual(addressesIn(response), ["10.0.0.1"]);
});

Deno.test("the next server is asked when one is silent, and that one comes last for a while", async () => {
  await using silent = await startFakeServer("127.0.0.28", { udp: () => [] });
  await using server = await startFakeServer(
    "127.0.0.29",
    { udp: (query) => [answered(query, "10.0.0.1")] },
    silent.port,
  );
  const clock = { now: 0 };
  const forwarder = new Forwarder({ port: server.port, tryTimeoutMs: 50, now: () => clock.now });
  const ask = async () =>
    addressesIn(await forwarder.forward(QUERY, [silent.address, server.address], never));
  assert.deepEqual(await ask(), ["10.0.0.1"]);
  assert.deepEqual(await ask(), ["10.0.0.1"]);
  assert.deepEqual([silent.queries.length, server.queries.length], [1, 2]);
  clock.now += 31_000;
  assert.deepEqual(await ask(), ["10.0.0.1"]);
  assert.deepEqual([silent.queries.length, server.queries.length], [2, 3]);
});

Deno.test("nobody's answer is none, after three tries", async () => {
  await using silent = await startFakeServer("127.0.0.30", { udp: () => [] });
  const forwarder = new Forwarder({ port: silent.port, tryTimeoutMs: 30 });
  assert.equal(await forwarder.forward(QUERY, [silent.address], never), undefined);
  assert.equal(silent.queries.length, 3);
  assert.equal(await forwarder.forward(QUERY, [], never), undefined);
  // Nobody listens there.
  assert.equal(await forwarder.forward(QUERY, ["127.0.0.99"], never), undefined);
  assert.equal(await forwarder.forward(QUERY, ["not an address"], never), undefined);
});

Deno.test("a refusal or failure is passed on only if no server knows more", async () => {
  const failing = (responseCode: number) => ({
    udp: (query: Message) => [responseTo(query, { responseCode })],
  });
  await using refusing = await startFakeServer("127.0.0.31", failing(REFUSED));
  const { port } = refusing;
  await using broken = await startFakeServer("127.0.0.32", failing(SERVER_FAILURE), port);
  await using knowing = await startFakeServer("127.0.0.33", failing(NAME_ERROR), port);
  const codeOf = async (...servers: { address: string }[]) =>
    (await new Forwarder({ port }).forward(QUERY, servers.map(({ address }) => address), never))
      ?.responseCode;
  assert.equal(await codeOf(refusing, broken, knowing), NAME_ERROR);
  assert.equal(await codeOf(broken, refusing), SERVER_FAILURE); // the third try is the first server's again
  assert.equal(knowing.queries.length, 1);
});

Deno.test("a server that does not understand EDNS may say so without the question", async () => {
  await using server = await startFakeServer("127.0.0.34", {
    udp: (
      query,
    ) => [{ ...responseTo(query, { responseCode: FORMAT_ERROR }), questions: [], edns: undefined }],
  });
  const withEdns = { ...QUERY, edns: { udpBytes: 4096, version: 0, dnssecOk: true } };
  const response = await new Forwarder({ port: server.port }).forward(withEdns, [server.address], never);
  assert.equal(response?.responseCode, FORMAT_ERROR);
  assert.deepEqual(server.queries[0].edns, { udpBytes: 1232, version: 0, dnssecOk: true });
});

Deno.test("an abort ends the waiting at once", async () => {
  await using silent = await startFakeServer("127.0.0.35", { udp: () => [] });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 20);
  const start = performance.now();
  const forwarder = new Forwarder({ port: silent.port });
  assert.equal(await forwarder.forward(QUERY, [silent.address], abort.signal), undefined);
  assert.ok(performance.now() - start < 1_000);
});
