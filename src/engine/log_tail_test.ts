import assert from "node:assert/strict";
import { skipToTail } from "./log_tail.ts";

const TIME = "2026-01-02T03:04:05.000000000Z";

/** What follows after skipping, without the times. */
function tailOf(entries: string[], tail: number): string[] {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, entries.map((entry) => `${TIME} ${entry}\n`).join(""));
    using log = Deno.openSync(path);
    skipToTail(log, tail);
    const rest = new Uint8Array(log.statSync().size);
    const count = log.readSync(rest) ?? 0;
    const text = new TextDecoder().decode(rest.subarray(0, count));
    return text.split("\n").filter(Boolean).map((line) => line.slice(TIME.length + 1));
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("skipToTail() leaves as many of the last lines as are asked for and there are", () => {
  const entries = ["stdout F one", "stderr F two", "stdout F "];
  for (const tail of [0, 1, 2, 3, 4]) {
    assert.deepEqual(tailOf(entries, tail), tail === 0 ? [] : entries.slice(-tail), `tail ${tail}`);
  }
  assert.deepEqual(tailOf([], 3), []);
});

Deno.test("skipToTail() counts the parts of a line as one line", () => {
  const entries = ["stdout F before", "stdout P long, ", "stdout P longer, ", "stdout F longest"];
  assert.deepEqual(tailOf(entries, 1), entries.slice(1));
  assert.deepEqual(tailOf(entries, 2), entries);
});

Deno.test("skipToTail() counts a line without an end, once", () => {
  const entries = ["stdout F before", "stdout P Password", "stdout P : "];
  assert.deepEqual(tailOf(entries, 1), entries.slice(1));
  assert.deepEqual(tailOf(entries, 2), entries);
});

Deno.test("skipToTail() finds lines across the borders of what it reads at once", () => {
  for (const size of [262_000, 262_100, 262_143, 262_144, 262_150, 262_200]) {
    const entries = ["stdout F first", `stderr F ${"x".repeat(size)}`, "stdout F last"];
    assert.deepEqual(tailOf(entries, 2), entries.slice(1), `${size}`);
    assert.deepEqual(tailOf(entries, 3), entries, `${size}`);
  }
});
