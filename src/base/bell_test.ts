import assert from "node:assert/strict";
import { Bell } from "./bell.ts";

Deno.test("a Bell that rang since one looked is not waited for", async () => {
  const bell = new Bell();
  const heard = bell.rings;
  bell.ring();
  await bell.after(heard, 60_000);
});

Deno.test("a Bell wakes everybody who waits, or time does", async () => {
  const bell = new Bell();
  const both = Promise.all([bell.after(bell.rings, 60_000), bell.after(bell.rings, 60_000)]);
  bell.ring();
  await both;
  const start = Date.now();
  await bell.after(bell.rings, 30);
  assert.ok(Date.now() - start >= 25);
});
