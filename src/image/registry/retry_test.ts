import assert from "node:assert/strict";
import type { PullEvent } from "../progress.ts";
import { RegistryError } from "./errors.ts";
import { backOffMs, DEFAULT_RETRY_POLICY, parseRetryAfter, retrying } from "./retry.ts";

const POLICY = { ...DEFAULT_RETRY_POLICY, attempts: 3, firstDelayMs: 1, maxDelayMs: 2 };
const passing = (options = {}) => new RegistryError("fetch x", "busy", { retryable: true, ...options });

Deno.test("backOffMs() doubles up to its bound, and stays between half and all of it", () => {
  const policy = { ...POLICY, firstDelayMs: 100, maxDelayMs: 1000 };
  assert.deepEqual([1, 2, 3, 4, 5, 60].map((n) => backOffMs(n, policy, () => 1)), [
    100,
    200,
    400,
    800,
    1000,
    1000,
  ]);
  assert.equal(backOffMs(3, policy, () => 0), 200);
});

Deno.test("parseRetryAfter() reads seconds and dates", () => {
  const now = Date.parse("2026-01-02T03:04:05Z");
  assert.equal(parseRetryAfter("120", now), 120_000);
  assert.equal(parseRetryAfter("Fri, 02 Jan 2026 03:04:15 GMT", now), 10_000);
  assert.equal(parseRetryAfter("Fri, 02 Jan 2026 03:00:00 GMT", now), 0);
  assert.equal(parseRetryAfter("soon", now), undefined);
  assert.equal(parseRetryAfter(null, now), undefined);
});

Deno.test("retrying() gives the result after failures that pass", async () => {
  let calls = 0;
  const operation = () => ++calls < 3 ? Promise.reject(passing()) : Promise.resolve("done");
  assert.equal(await retrying(operation, { what: "x", policy: POLICY }), "done");
});

Deno.test("retrying() gives up after the last attempt, with its error", async () => {
  let calls = 0;
  const operation = () => Promise.reject(passing({ status: 500 + ++calls }));
  await assert.rejects(retrying(operation, { what: "x", policy: POLICY }), { status: 503 });
  assert.equal(calls, 3);
});

Deno.test("retrying() does not repeat what cannot pass", async () => {
  let calls = 0;
  const operation = () => (calls++, Promise.reject(new RegistryError("fetch x", "404")));
  await assert.rejects(retrying(operation, { what: "x", policy: POLICY }));
  assert.equal(calls, 1);
});

Deno.test("retrying() waits as long as the registry asks, and not when it asks for too much", async () => {
  const delays: number[] = [];
  const options = {
    what: "x",
    policy: POLICY,
    onEvent: (event: PullEvent) => event.kind === "retry" && delays.push(event.delayMs),
  };
  await assert.rejects(retrying(() => Promise.reject(passing({ retryAfterMs: 7 })), options));
  await assert.rejects(retrying(() => Promise.reject(passing({ retryAfterMs: 3_600_000 })), options));
  assert.deepEqual(delays, [7, 7]);
});
