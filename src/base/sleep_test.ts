import assert from "node:assert/strict";
import { sleep } from "./sleep.ts";

Deno.test("sleep() ends at once when it is aborted", async () => {
  const controller = new AbortController();
  const asleep = sleep(60_000, controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(asleep, /enough/);
});

Deno.test("sleep() takes longer than a timer can hold", async () => {
  const controller = new AbortController();
  let awake = false;
  const asleep = sleep(100 * 86_400_000, controller.signal).finally(() => awake = true);
  await sleep(20);
  assert.equal(awake, false);
  controller.abort(new Error("enough"));
  await assert.rejects(asleep, /enough/);
});
