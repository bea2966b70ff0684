import assert from "node:assert/strict";
import { LogFile } from "./log_file.ts";
import { LogReader } from "./log_reader.ts";
import { LogSet } from "./log_set.ts";
import type { LogStream } from "./cri_log.ts";

const TIME = "2026-01-02T03:04:05.000000000Z";
const MAX_SIZE = 64 * 1024;

interface Case {
  /** 1: all in one file; more: as many as the writer makes of it */
  maxFiles?: number;
  /** what the writer has not finished yet */
  unfinished?: string;
  streams?: LogStream[];
}

/** What is read from where the last lines begin, without the times. */
function tailOf(entries: string[], tail: number, options: Case = {}): string[] {
  const { maxFiles = 1, unfinished = "", streams = ["stdout", "stderr"] } = options;
  const folder = Deno.makeTempDirSync();
  try {
    using log = new LogFile(`${folder}/log`, {
      maxSizeBytes: maxFiles === 1 ? Infinity : MAX_SIZE,
      maxFiles,
    });
    for (const entry of entries) log.append(new TextEncoder().encode(`${TIME} ${entry}\n`));
    Deno.writeTextFileSync(`${folder}/log`, unfinished, { append: true });
    const set = new LogSet(`${folder}/log`, maxFiles);
    using reader = new LogReader(set, { maxSizeBytes: MAX_SIZE, maxFiles }, {
      tail,
      streams: new Set(streams),
    });
    return Array.from(
      reader.entries(),
      ({ stream, complete, text }) => `${stream} ${complete ? "F" : "P"} ${new TextDecoder().decode(text)}`,
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("openTail() finds as many of the last lines as are asked for and there are", () => {
  const entries = ["stdout F one", "stderr F two", "stdout F "];
  for (const tail of [0, 1, 2, 3, 4]) {
    assert.deepEqual(tailOf(entries, tail), tail === 0 ? [] : entries.slice(-tail), `tail ${tail}`);
  }
  assert.deepEqual(tailOf([], 3), []);
});

Deno.test("openTail() counts the parts of a line as one line", () => {
  const entries = ["stdout F before", "stdout P long, ", "stdout P longer, ", "stdout F longest"];
  assert.deepEqual(tailOf(entries, 1), entries.slice(1));
  assert.deepEqual(tailOf(entries, 2), entries);
});

Deno.test("openTail() counts a line without an end, once", () => {
  const entries = ["stdout F before", "stdout P Password", "stdout P : "];
  assert.deepEqual(tailOf(entries, 1), entries.slice(1));
  assert.deepEqual(tailOf(entries, 2), entries);
});

Deno.test("openTail() finds lines across the borders of what it reads at once", () => {
  for (const size of [262_000, 262_100, 262_143, 262_144, 262_150, 262_200]) {
    const parts = Array.from({ length: 16 }, () => `stderr P ${"x".repeat(size / 17)}`);
    const entries = [
      "stdout F first",
      ...parts,
      `stderr F ${"x".repeat(size / 17 + size % 17)}`,
      "stdout F last",
    ];
    assert.ok(tailOf(entries, 2).join() === entries.slice(1).join(), `${size}`);
    assert.ok(tailOf(entries, 3).join() === entries.join(), `${size}`);
  }
});

Deno.test("openTail() counts over all files of a log", () => {
  const entries = Array.from({ length: 5000 }, (_, number) => `stdout F line ${number}`);
  for (const tail of [0, 1, 1000, 1234, 3000, 4999, 5000, 9000]) {
    assert.deepEqual(
      tailOf(entries, tail, { maxFiles: 5 }),
      tail === 0 ? [] : entries.slice(-tail),
      `tail ${tail}`,
    );
  }
});

Deno.test("openTail() does not count what is being written", () => {
  const entries = ["stdout F one", "stderr F two"];
  const unfinished = `${TIME} stdout F thr`;
  for (const tail of [0, 1, 2]) {
    assert.deepEqual(tailOf(entries, tail, { unfinished }), tail === 0 ? [] : entries.slice(-tail));
  }
  assert.deepEqual(tailOf([], 1, { unfinished }), []);
});

Deno.test("openTail() counts the lines of the streams that are asked for", () => {
  const entries = ["stdout F one", "stdout F two", "stderr F three", "stderr F four"];
  assert.deepEqual(tailOf(entries, 1, { streams: ["stdout"] }), ["stdout F two"]);
});

Deno.test("LogReader gives no more than the last lines, whatever is logged meanwhile, unless it follows", () => {
  const folder = Deno.makeTempDirSync();
  const limits = { maxSizeBytes: MAX_SIZE, maxFiles: 2 };
  for (const later of [1, 2_000]) { // within the file, and over a rotation
    const path = `${folder}/log.${later}`;
    using log = new LogFile(path, limits);
    const write = (text: string) => log.append(new TextEncoder().encode(`${TIME} stdout F ${text}\n`));
    ["one", "two"].forEach(write);
    const open = (tailOnly: boolean) =>
      new LogReader(new LogSet(path, 2), limits, { tail: 1, tailOnly, streams: new Set(["stdout"]) });
    using once = open(true);
    using following = open(false);
    for (let number = 0; number < later; number++) write("later");
    const read = (reader: LogReader) =>
      Array.from(reader.entries(), ({ text }) => new TextDecoder().decode(text));
    assert.deepEqual(read(once), ["two"]);
    assert.deepEqual(read(following).slice(0, 2), ["two", "later"]);
  }
  Deno.removeSync(folder, { recursive: true });
});
