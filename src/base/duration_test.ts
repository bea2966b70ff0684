import assert from "node:assert/strict";
import { formatGoDuration, parseDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";

const READ: [string, number][] = [
  ["0", 0],
  ["-0", 0],
  ["0s", 0],
  ["10s", 10_000],
  ["300ms", 300],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1.s", 1000],
  ["1h30m", 5_400_000],
  ["1m30s", 90_000],
  ["1h0m0.25s", 3_600_250],
  ["250us", 0.25],
  ["250µs", 0.25],
  ["250μs", 0.25],
  ["-1.5s", -1500],
  ["+5s", 5000],
];

for (const [text, milliseconds] of READ) {
  Deno.test(`parseDuration() reads ${text} as ${milliseconds} ms`, () => {
    assert.equal(parseDuration(text), milliseconds);
  });
}

for (
  const text of ["", "5", "s", "-", "1 s", "10 s", " 10s", "1s2", "1x", "1d", "1.2.3s", "1e3s", "s1", "9e99h"]
) {
  Deno.test(`parseDuration() refuses '${text}'`, () => {
    assert.throws(() => parseDuration(text), UsageError);
  });
}

Deno.test("parseDuration() refuses what a double cannot hold exactly", () => {
  assert.throws(() => parseDuration("9007199254741s"), UsageError);
});

Deno.test("formatGoDuration() prints as Go does", () => {
  const printed: [number, string][] = [
    [0, "0s"],
    [0.25, "250µs"],
    [300, "300ms"],
    [1500, "1.5s"],
    [30_000, "30s"],
    [60_000, "1m0s"],
    [90_000, "1m30s"],
    [3_600_250, "1h0m0.25s"],
    [-1500, "-1.5s"],
  ];
  for (const [milliseconds, text] of printed) assert.equal(formatGoDuration(milliseconds), text);
});
