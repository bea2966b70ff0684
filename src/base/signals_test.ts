import assert from "node:assert/strict";
import { UsageError } from "./errors.ts";
import { parseSignal } from "./signals.ts";

Deno.test("parseSignal() takes names with and without SIG, in any case, and numbers", () => {
  for (const text of ["KILL", "SIGKILL", "sigkill", "9"]) assert.equal(parseSignal(text), 9);
});

Deno.test("parseSignal() counts real-time signals from glibc's first and last", () => {
  assert.equal(parseSignal("RTMIN"), 34);
  assert.equal(parseSignal("SIGRTMIN+3"), 37);
  assert.equal(parseSignal("RTMAX-1"), 63);
});

Deno.test("parseSignal() refuses what is no signal", () => {
  for (const text of ["", "0", "65", "-9", "NOPE", "RTMIN+31", "RTMAX-40", "9x"]) {
    assert.throws(() => parseSignal(text), UsageError, text);
  }
});
