import assert from "node:assert/strict";
import { sleep } from "./sleep.ts";

Deno.test("sleep() ends at once when it is aborted", async () => {
  const controller = new AbortController();
  const asleep = sleep(60_000, controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(asleep, /enough/);
});
