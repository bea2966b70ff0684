import assert from "node:assert/strict";
import {
  addressRecord,
  CLASS_IN,
  type Message,
  queryFor,
  type ResourceRecord,
  RESPONSE_CODE,
  responseTo,
  TYPE,
} from "../../base/dns/message.ts";
import { encodeName } from "../../base/dns/name.ts";
import { DnsCache } from "./cache.ts";

const QUERY = queryFor({ name: "example.com", type: TYPE.A, class: CLASS_IN });

/** A cache on a clock that the test sets. */
function cacheAt(seconds: { now: number }, maxEntries?: number): DnsCache {
  return new DnsCache({ now: () => seconds.now * 1_000, maxEntries });
}

function soa(ttlSeconds: number, minimum: number): ResourceRecord {
  const data = Uint8Array.of(...encodeName("ns"), ...encodeName("root"), ...new Uint8Array(19), minimum);
  return { name: "example.com", type: TYPE.SOA, class: CLASS_IN, ttlSeconds, data };
}

/** How many seconds the cache keeps it; at most 10 000. */
function keptSeconds(message: Message): number {
  const clock = { now: 0 };
  const cache = cacheAt(clock);
  cache.set("key", message);
  while (clock.now < 10_000 && cache.get("key")) clock.now++;
  return clock.now;
}

const withAnswers = (...answers: ResourceRecord[]) => responseTo(QUERY, { answers });
const address = (ttlSeconds: number) => addressRecord("example.com", "1.2.3.4", ttlSeconds);

Deno.test("an answer is kept for its TTL, which is counted down", () => {
  const clock = { now: 100 };
  const cache = cacheAt(clock);
  cache.set("key", withAnswers(address(60)));
  clock.now += 10.9;
  assert.deepEqual(cache.get("key"), withAnswers(address(50)));
  clock.now += 49;
  assert.deepEqual(cache.get("key"), withAnswers(address(1)));
  clock.now += 0.2;
  assert.equal(cache.get("key"), undefined);
});

Deno.test("the record with the shortest TTL decides, and an hour is the longest", () => {
  assert.equal(keptSeconds(withAnswers(address(60), address(30))), 30);
  assert.equal(keptSeconds(withAnswers(address(86_400))), 3_600);
  assert.equal(keptSeconds(withAnswers(address(0))), 0);
});

Deno.test("that there is nothing is kept as the SOA record says, and without one not at all", () => {
  const nameError = { responseCode: RESPONSE_CODE.NAME_ERROR };
  assert.equal(keptSeconds(responseTo(QUERY, { ...nameError, authorities: [soa(300, 20)] })), 20);
  assert.equal(keptSeconds(responseTo(QUERY, { ...nameError, authorities: [soa(15, 20)] })), 15);
  assert.equal(keptSeconds(responseTo(QUERY, nameError)), 0);
  assert.equal(keptSeconds(responseTo(QUERY, { authorities: [soa(300, 20)] })), 20); // no data
  const damaged = { ...soa(300, 20), data: new Uint8Array(3) };
  assert.equal(keptSeconds(responseTo(QUERY, { ...nameError, authorities: [damaged] })), 0);
});

Deno.test("an alias that leads to nothing is kept no longer than the nothing", () => {
  const alias = { ...address(500), type: TYPE.CNAME, data: encodeName("elsewhere") };
  assert.equal(keptSeconds(responseTo(QUERY, { answers: [alias], authorities: [soa(300, 20)] })), 20);
  assert.equal(keptSeconds(withAnswers(alias)), 0);
  assert.equal(keptSeconds(withAnswers(alias, address(40))), 40);
});

Deno.test("failures and what was cut off are not kept", () => {
  const answers = [address(60)];
  assert.equal(keptSeconds(responseTo(QUERY, { answers, responseCode: RESPONSE_CODE.SERVER_FAILURE })), 0);
  assert.equal(keptSeconds(responseTo(QUERY, { answers, truncated: true })), 0);
});

Deno.test("the entry that was not asked for the longest goes when there are too many", () => {
  const cache = cacheAt({ now: 0 }, 2);
  for (const key of ["a", "b"]) cache.set(key, withAnswers(address(60)));
  cache.get("a");
  cache.set("c", withAnswers(address(60)));
  assert.deepEqual(["a", "b", "c"].map((key) => cache.get(key) !== undefined), [true, false, true]);
});

Deno.test("a very long answer is not kept", () => {
  const long = { ...address(60), type: TYPE.TXT, data: new Uint8Array(5_000) };
  assert.equal(keptSeconds(withAnswers(long, address(60))), 0);
});
