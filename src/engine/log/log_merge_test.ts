import assert from "node:assert/strict";
import type { LogEntry } from "./cri_log.ts";
import { mergeByTime } from "./log_merge.ts";

const entries = (...seconds: number[]): Iterator<LogEntry> =>
  seconds.map((second): LogEntry => ({
    time: `2026-01-02T03:04:${String(second).padStart(2, "0")}.000000000Z`,
    stream: "stdout",
    complete: true,
    text: new Uint8Array(),
  })).values();

function merged(sources: Record<string, Iterator<LogEntry>>): string[] {
  const names = mergeByTime(Object.entries(sources));
  return Array.from(names, ([name, { time }]) => `${name}${Number(time.slice(17, 19))}`);
}

Deno.test("mergeByTime() puts the entries of several logs in the order of time", () => {
  assert.deepEqual(merged({ a: entries(1, 4, 5), b: entries(), c: entries(2, 3, 6) }), [
    "a1",
    "c2",
    "c3",
    "a4",
    "a5",
    "c6",
  ]);
});

Deno.test("mergeByTime() keeps the order within a log, whatever its times", () => {
  assert.deepEqual(merged({ a: entries(5, 1, 2), b: entries(3) }), ["b3", "a5", "a1", "a2"]);
});
