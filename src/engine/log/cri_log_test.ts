import assert from "node:assert/strict";
import { logEntries, LogParser } from "./cri_log.ts";

const TIME = "2026-01-02T15:04:05.000000000Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (line: Uint8Array<ArrayBuffer>) => new LogParser().parse(line);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

Deno.test("logEntries() writes one entry for each line, and a part of what has no newline yet", () => {
  assert.equal(
    text(logEntries("stdout", bytes("one\n\nthr"), TIME)),
    `${TIME} stdout F one\n${TIME} stdout F \n${TIME} stdout P thr\n`,
  );
  assert.equal(text(logEntries("stderr", bytes("\n"), TIME)), `${TIME} stderr F \n`);
  assert.equal(text(logEntries("stderr", bytes(""), TIME)), "");
});

Deno.test("logEntries() cuts a long line into parts that join to the same bytes", () => {
  const line = "x".repeat(40_000);
  const entries = text(logEntries("stdout", bytes(`${line}\n`), TIME)).trimEnd().split("\n")
    .map((entry) => parse(bytes(entry))!);
  assert.deepEqual(entries.map(({ complete }) => complete), [false, false, true]);
  assert.equal(entries.map((entry) => text(entry.text)).join(""), line);
});

Deno.test("logEntries() and LogParser keep bytes that are no text", () => {
  const binary = new Uint8Array([0, 255, 128, 13, 7, 10]);
  const entry = logEntries("stdout", binary, TIME);
  assert.deepEqual(parse(entry.subarray(0, -1))!.text, binary.subarray(0, -1));
});

Deno.test("LogParser refuses a line that was cut off", () => {
  for (
    const line of ["", TIME, `${TIME} stdout`, `${TIME} stdout F`, `${TIME} other F x`, `${TIME} stdout Q x`]
  ) {
    assert.equal(parse(bytes(line)), undefined, line);
  }
});

Deno.test("LogParser reads lines that begin like the one before, and others", () => {
  const parser = new LogParser();
  const read = (line: string) => {
    const entry = parser.parse(bytes(line));
    return entry && [entry.time, entry.stream, entry.complete, text(entry.text)];
  };
  const later = TIME.replace("05.0", "05.1");
  assert.deepEqual(read(`${TIME} stdout F one`), [TIME, "stdout", true, "one"]);
  assert.deepEqual(read(`${TIME} stdout F `), [TIME, "stdout", true, ""]);
  assert.deepEqual(read(`${TIME} stdout P two`), [TIME, "stdout", false, "two"]);
  assert.equal(read(`${TIME} stdo`), undefined);
  assert.deepEqual(read(`${later} stderr P three`), [later, "stderr", false, "three"]);
});
