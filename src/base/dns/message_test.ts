import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import {
  addressOf,
  addressRecord,
  CLASS_IN,
  type Message,
  minimumTtlOf,
  pointerRecord,
  queryFor,
  type ResourceRecord,
  responseTo,
  TYPE,
} from "./message.ts";
import { DnsFormatError, encodeName } from "./name.ts";

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!, (byte) => parseInt(byte, 16));
const question = (name: string, type: number = TYPE.A) => ({ name, type, class: CLASS_IN });

/** A query for www.example.com with EDNS, as dig 9.18 sends it without a cookie. */
const DIG_QUERY = bytesOf(
  "bf1f 0120 0001 0000 0000 0001 03777777 076578616d706c65 03636f6d 00 0001 0001 00 0029 04d0 0000 8000 0000",
);

Deno.test("decodeMessage() reads a query, and encodeMessage() writes the same", () => {
  const query = decodeMessage(DIG_QUERY);
  assert.deepEqual(query, {
    ...queryFor(question("www.example.com")),
    id: 0xbf1f,
    authenticData: true,
    edns: { udpBytes: 1232, version: 0, dnssecOk: true },
  });
  assert.deepEqual(encodeMessage(query), DIG_QUERY);
});

Deno.test("encodeMessage() points to names that are there already, also in the data of old types", () => {
  const query = queryFor(question("mail.example.com", TYPE.ANY));
  const record = (name: string, type: number, data: Uint8Array): ResourceRecord => ({
    ...question(name, type),
    ttlSeconds: 60,
    data,
  });
  const soaNumbers = new Uint8Array(20).fill(7);
  const message = responseTo(query, {
    id: 1,
    answers: [
      record("mail.example.com", TYPE.CNAME, encodeName("host.example.com")),
      record("host.example.com", TYPE.MX, Uint8Array.of(0, 10, ...encodeName("mail.example.com"))),
      record(
        "host.example.com",
        TYPE.SRV,
        Uint8Array.of(0, 0, 0, 0, 0, 80, ...encodeName("host.example.com")),
      ),
    ],
    authorities: [
      record(
        "example.com",
        TYPE.SOA,
        Uint8Array.of(...encodeName("a.example.com"), ...encodeName("b.c"), ...soaNumbers),
      ),
    ],
  });
  const bytes = encodeMessage(message);
  assert.deepEqual(decodeMessage(bytes), message);
  const count = (name: string) => new TextDecoder("latin1").decode(bytes).split(name).length - 1;
  assert.equal(count("mail"), 1);
  assert.equal(count("example"), 2); // the data of SRV may not be compressed (RFC 2782)
  assert.equal(minimumTtlOf(message.authorities[0]), 0x07070707);
});

Deno.test("decodeMessage() reads compressed names in data", () => {
  // a.b A?, a.b CNAME -> x.<pointer to b>
  const message = decodeMessage(
    bytesOf("0001 8180 0001 0001 0000 0000 0161 0162 00 0001 0001 c00c 0005 0001 0000003c 0004 0178 c00e"),
  );
  assert.deepEqual(message.answers[0].data, encodeName("x.b"));
});

Deno.test("what is too long is cut off at a record, and marked so unless only extras are missing", () => {
  const records = (count: number) =>
    Array.from({ length: count }, (_, index) => addressRecord("web", `10.0.0.${index}`, 5));
  const query = { ...queryFor(question("web")), edns: { udpBytes: 1232, version: 0, dnssecOk: false } };
  const whole = responseTo(query, { answers: records(20), additionals: records(20) });
  const exact = encodeMessage(responseTo(query, { answers: records(20) })).length;

  const cutExtras = encodeMessage(whole, { maxBytes: exact });
  assert.equal(cutExtras.length, exact);
  assert.deepEqual(decodeMessage(cutExtras), { ...whole, additionals: [] });

  const cut = encodeMessage(whole, { maxBytes: exact - 1 });
  assert.ok(cut.length < exact);
  assert.deepEqual(decodeMessage(cut), { ...whole, truncated: true, answers: records(19), additionals: [] });
});

Deno.test("a response code of EDNS has its upper bits there", () => {
  const query = { ...queryFor(question("x")), edns: { udpBytes: 512, version: 0, dnssecOk: false } };
  const bytes = encodeMessage(responseTo(query, { responseCode: 16 }));
  assert.equal(bytes[3] & 0xf, 0);
  assert.equal(decodeMessage(bytes).responseCode, 16);
});

Deno.test("addresses and names become records, and back", () => {
  const v4 = addressRecord("web", "172.20.0.2", 5);
  assert.deepEqual([v4.type, v4.data], [TYPE.A, Uint8Array.of(172, 20, 0, 2)]);
  const v6 = addressRecord("web", "fd00::1:2", 5);
  assert.deepEqual([v6.type, v6.data.length], [TYPE.AAAA, 16]);
  assert.deepEqual([v4, v6].map(addressOf), ["172.20.0.2", "fd00::1:2"]);
  assert.equal(addressOf({ ...v4, data: Uint8Array.of(1) }), undefined);
  assert.equal(addressOf(pointerRecord("2.0.20.172.in-addr.arpa", "web", 5)), undefined);
});

Deno.test("a TTL with its highest bit set means zero (RFC 2181 §8)", () => {
  const record = { ...addressRecord("a", "1.2.3.4", 0xffffffff) };
  assert.equal(
    decodeMessage(encodeMessage(responseTo(queryFor(), { answers: [record] }))).answers[0].ttlSeconds,
    0,
  );
});

const refused = (bytes: Uint8Array) => assert.throws(() => decodeMessage(bytes), DnsFormatError);

Deno.test("decodeMessage() refuses what ends too early, at whatever byte", () => {
  for (let length = 0; length < DIG_QUERY.length; length++) refused(DIG_QUERY.subarray(0, length));
});

Deno.test("decodeMessage() refuses counts without records, EDNS twice, and data that is longer than it says", () => {
  refused(bytesOf("0001 0100 ffff ffff ffff ffff"));
  refused(bytesOf("0001 0100 0000 0000 0000 0002 00 0029 0200 00000000 0000 00 0029 0200 00000000 0000"));
  refused(bytesOf("0001 8100 0000 0001 0000 0000 00 0005 0001 00000000 0001 0161 00"));
  refused(bytesOf("0001 8100 0000 0001 0000 0000 00 000f 0001 00000000 0001 00"));
});

Deno.test("an SOA record without its numbers has no minimum", () => {
  const soa = { ...question("a", TYPE.SOA), ttlSeconds: 1, data: Uint8Array.of(0, 0, 1, 2) };
  assert.throws(() => minimumTtlOf(soa), DnsFormatError);
  assert.throws(() => minimumTtlOf({ ...soa, data: new Uint8Array() }), DnsFormatError);
});

/** Small and repeatable (Knuth's numbers, as in MMIX). */
function* randomBytes(seed: bigint): Generator<number> {
  for (let state = seed;;) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    yield Number(state >> 56n);
  }
}

/** Whatever was read can be written, and is read as the same. */
function survives(bytes: Uint8Array): boolean {
  let message: Message;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    assert.ok(error instanceof DnsFormatError, String(error));
    return false;
  }
  assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  return true;
}

Deno.test("random bytes and damaged messages are refused or read, and do nothing else", () => {
  const random = randomBytes(42n);
  const next = () => random.next().value as number;
  const records = [
    addressRecord("web.example.com", "10.0.0.1", 5),
    pointerRecord("1.0.0.10.in-addr.arpa", "web.example.com", 5),
  ];
  const good = encodeMessage(
    responseTo(decodeMessage(DIG_QUERY), { answers: records, authorities: records }),
  );
  let read = 0;
  for (let round = 0; round < 5_000; round++) {
    const bytes = round % 2 === 0 ? Uint8Array.from({ length: next() }, next) : good.slice();
    for (let damage = next() % 4; damage > 0; damage--) bytes[next() % bytes.length] = next();
    if (survives(bytes)) read++;
  }
  assert.ok(read > 500, `only ${read} were read`);
});

Deno.test("what was read keeps nothing of the bytes that it was read from, whatever kind they are of", () => {
  const bytes = Buffer.from(
    encodeMessage(responseTo(queryFor(), { answers: [addressRecord("a", "1.2.3.4", 5)] })),
  );
  const message = decodeMessage(bytes);
  bytes.fill(0);
  assert.equal(addressOf(message.answers[0]), "1.2.3.4");
});

Deno.test("a message that would be very much larger without pointers is refused", () => {
  // 127 labels, then records with three names that each point to them.
  const name = [...Array(127).fill([1, 97]).flat(), 0];
  const record = [...bytesOf("c00c 0006 0001 00000001 0018 c00c c00c"), ...new Uint8Array(20)];
  const message = (count: number) =>
    Uint8Array.from([
      ...[0, 1, 0x81, 0, 0, 1, count >> 8, count & 0xff, 0, 0, 0, 0],
      ...[...name, 0, 1, 0, 1],
      ...Array<number[]>(count).fill(record).flat(),
    ]);
  assert.ok(survives(message(80)));
  refused(message(Math.floor((0xffff - message(0).length) / record.length)));
});
