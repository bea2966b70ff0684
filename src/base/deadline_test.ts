import assert from "node:assert/strict";
import { deadline } from "./deadline.ts";

Deno.test("a deadline aborts after its time, unless it is done with before", async () => {
  using late = deadline(10, new AbortController().signal);
  const early = deadline(10, new AbortController().signal);
  early[Symbol.dispose]();
  await new Promise((resolve) => late.signal.addEventListener("abort", resolve));
  assert.equal(late.signal.reason.name, "TimeoutError");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(early.signal.aborted, false);
});

Deno.test("a deadline aborts with the outer signal, and for its reason", () => {
  const outer = new AbortController();
  using step = deadline(10_000, outer.signal);
  outer.abort("enough");
  assert.equal(step.signal.reason, "enough");
  using later = deadline(10_000, outer.signal);
  assert.equal(later.signal.reason, "enough");
});
