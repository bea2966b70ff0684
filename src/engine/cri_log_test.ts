import assert from "node:assert/strict";
import { LogFormatter, parseLogLine } from "./cri_log.ts";

const TIME = "2026-01-02T15:04:05.000000000Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

Deno.test("LogFormatter writes one entry for each line, and keeps what has no newline yet", () => {
  const formatter = new LogFormatter();
  assert.equal(
    text(formatter.add("stdout", bytes("one\ntwo\nthr"), TIME)),
    `${TIME} stdout F one\n${TIME} stdout F two\n`,
  );
  assert.equal(text(formatter.add("stdout", bytes("ee\n"), TIME)), `${TIME} stdout F three\n`);
});

Deno.test("LogFormatter keeps the two streams apart", () => {
  const formatter = new LogFormatter();
  formatter.add("stdout", bytes("a"), TIME);
  assert.equal(text(formatter.add("stderr", bytes("b\n"), TIME)), `${TIME} stderr F b\n`);
  assert.equal(text(formatter.add("stdout", bytes("c\n"), TIME)), `${TIME} stdout F ac\n`);
});

Deno.test("LogFormatter cuts a long line into parts that join to the same bytes", () => {
  const line = "x".repeat(40_000);
  const entries = text(new LogFormatter().add("stdout", bytes(`${line}\n`), TIME)).trimEnd().split("\n")
    .map((entry) => parseLogLine(bytes(entry))!);
  assert.deepEqual(entries.map(({ complete }) => complete), [false, false, true]);
  assert.equal(entries.map((entry) => text(entry.text)).join(""), line);
});

Deno.test("LogFormatter flushes an unfinished line as a part", () => {
  const formatter = new LogFormatter();
  formatter.add("stderr", bytes("prompt> "), TIME);
  assert.equal(text(formatter.flush(TIME)), `${TIME} stderr P prompt> \n`);
  assert.equal(text(formatter.flush(TIME)), "");
});

Deno.test("LogFormatter and parseLogLine() keep bytes that are no text", () => {
  const binary = new Uint8Array([0, 255, 128, 13, 7, 10]);
  const entry = new LogFormatter().add("stdout", binary, TIME);
  assert.deepEqual(parseLogLine(entry.subarray(0, -1))!.text, binary.subarray(0, -1));
});

Deno.test("parseLogLine() refuses a line that was cut off", () => {
  for (
    const line of ["", TIME, `${TIME} stdout`, `${TIME} stdout F`, `${TIME} other F x`, `${TIME} stdout Q x`]
  ) {
    assert.equal(parseLogLine(bytes(line)), undefined, line);
  }
});
