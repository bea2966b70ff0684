import assert from "node:assert/strict";
import { decodeName, DnsFormatError, encodeName, isDomainName, labelsOf, sameName } from "./name.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const refused = (bytes: Uint8Array, offset: number, message: RegExp) =>
  assert.throws(
    () => decodeName(bytes, offset),
    (error) => error instanceof DnsFormatError && message.test(error.message),
  );

/** RFC 1035 §4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92. */
function rfcExample(): Uint8Array {
  const message = new Uint8Array(93);
  message.set(ascii("\x01F\x03ISI\x04ARPA\0"), 20);
  message.set([...ascii("\x03FOO"), 0xc0, 20], 40);
  message.set([0xc0, 26], 64);
  return message;
}

Deno.test("decodeName() reads the compressed names of RFC 1035 §4.1.4", () => {
  const message = rfcExample();
  assert.deepEqual(decodeName(message, 20), { name: "F.ISI.ARPA", end: 32 });
  assert.deepEqual(decodeName(message, 40), { name: "FOO.F.ISI.ARPA", end: 46 });
  assert.deepEqual(decodeName(message, 64), { name: "ARPA", end: 66 });
  assert.deepEqual(decodeName(message, 92), { name: "", end: 93 });
});

Deno.test("decodeName() refuses pointers that do not lead back", () => {
  refused(Uint8Array.of(0xc0, 0), 0, /forward/); // to itself
  refused(Uint8Array.of(0xc0, 2, 0xc0, 0), 2, /forward/); // in a circle
  refused(Uint8Array.of(1, 97, 0xc0, 0), 0, /forward/); // a name that contains itself
  refused(Uint8Array.of(0xc0, 9), 0, /forward/);
  refused(Uint8Array.of(0, 0xc0), 1, /forward/); // half a pointer
});

Deno.test("decodeName() refuses what has no end, or is too long", () => {
  refused(Uint8Array.of(), 0, /no end/);
  refused(Uint8Array.of(1, 97), 0, /no end/);
  refused(Uint8Array.of(5, 97), 0, /too long/);
  refused(Uint8Array.of(0x40, ...new Uint8Array(80)), 0, /too long/); // reserved (RFC 1035 §4.1.4)
  const labels = (count: number) => Uint8Array.from([...Array(count).fill([1, 97]).flat(), 0]);
  assert.equal(labelsOf(decodeName(labels(127), 0).name).length, 127); // 255 bytes
  refused(labels(128), 0, /too long/);
});

Deno.test("bytes that would mean something else stand as numbers in a name, and come back", () => {
  const bytes = Uint8Array.from([7, ...ascii("a.b\\ c"), 0xe4, 1, 0x21, 0]);
  const { name } = decodeName(bytes, 0);
  assert.equal(name, "a\\046b\\092\\032c\\228.!");
  assert.equal(labelsOf(name).length, 2);
  assert.deepEqual(encodeName(name), bytes);
});

Deno.test("encodeName() writes labels, and nothing for the root but its end", () => {
  assert.deepEqual(encodeName("F.ISI.ARPA"), ascii("\x01F\x03ISI\x04ARPA\0"));
  assert.deepEqual(encodeName(""), Uint8Array.of(0));
});

Deno.test("isDomainName() says whether a container's name can be one", () => {
  assert.ok(isDomainName("web-1"));
  assert.ok(isDomainName("a_b.c"));
  assert.ok(isDomainName("a".repeat(63)));
  assert.ok(!isDomainName("a".repeat(64)));
  assert.ok(!isDomainName("a..b"));
  assert.ok(!isDomainName(".a"));
  assert.ok(!isDomainName("€"));
  assert.ok(!isDomainName("\\999"));
  assert.ok(!isDomainName(Array(128).fill("a").join(".")));
});

Deno.test("sameName() knows no case", () => {
  assert.ok(sameName("wEb.Example", "WeB.eXAMPLE"));
  assert.ok(!sameName("web", "web2"));
});
