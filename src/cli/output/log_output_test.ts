import assert from "node:assert/strict";
import type { LogStream } from "../../engine/log/cri_log.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { sampleView } from "../testing/sample.ts";
import { LogOutput, type LogOutputOptions } from "./log_output.ts";
import { logPrefixes } from "./log_prefix.ts";

const TIME = "2026-01-02T03:04:05.000000000Z";
const WEB = sampleView({}, { name: "web", id: "a".repeat(64) }).record;
const DB = sampleView({}, { name: "database", id: "b".repeat(64) }).record;

/** What is written, in its order; `|` between writes, `!` before those to standard error. */
function open(records: ContainerRecord[], more: Partial<LogOutputOptions> = {}) {
  const written: string[] = [];
  const output = new LogOutput(records, {
    timestamps: false,
    prefix: true,
    coloured: { stdout: false, stderr: false },
    // deno-lint-ignore require-await
    write: async (stream, bytes) => {
      written.push(`${stream === "stderr" ? "!" : ""}${new TextDecoder().decode(bytes)}`);
    },
    notify: (line) => void written.push(line),
    ...more,
  });
  return {
    written,
    output,
    /** text that ends with a newline is a whole line */
    add(record: ContainerRecord, text: string, stream: LogStream = "stdout") {
      const complete = text.endsWith("\n");
      const bytes = new TextEncoder().encode(complete ? text.slice(0, -1) : text);
      return output.write(record, { time: TIME, stream, complete, text: bytes });
    },
  };
}

Deno.test("the output of one container is given back as it was, parts of lines at once", async () => {
  const { add, output, written } = open([WEB]);
  for (const text of ["one\n", "tw", "o\n", "no end"]) add(WEB, text);
  output.ended(WEB);
  await output.flush();
  assert.deepEqual(written, ["one\ntwo\nno end"]);
});

Deno.test("each stream goes to its own, in the order of time", async () => {
  const { add, output, written } = open([WEB]);
  add(WEB, "one\n");
  add(WEB, "two\n", "stderr");
  add(WEB, "three\n");
  await output.flush();
  assert.deepEqual(written, ["one\n", "!two\n", "three\n"]);
});

Deno.test("lines of several containers are shown whole, behind their names", async () => {
  const { add, output, written } = open([WEB, DB]);
  add(WEB, "be");
  add(DB, "mid\n");
  add(WEB, "gin\n");
  add(WEB, "rest");
  output.ended(WEB);
  await output.flush();
  assert.equal(written.join(""), "database | mid\nweb      | begin\nweb      | rest\n");
});

Deno.test("without names the lines of several containers are whole too", async () => {
  const { add, output, written } = open([WEB, DB], { prefix: false, timestamps: true });
  add(WEB, "be");
  add(DB, "mid\n");
  add(WEB, "gin\n");
  await output.flush();
  assert.equal(written.join(""), `${TIME} mid\n${TIME} begin\n`);
});

Deno.test("a line without end is cut, so that little of it is held", async () => {
  const { add, output, written } = open([WEB, DB]);
  for (let part = 0; part < 10; part++) await add(WEB, "x".repeat(16 * 1024));
  await output.flush();
  const lines = written.join("").split("\n").map((line) => line.length);
  assert.deepEqual(lines, [...Array(2).fill("web      | ".length + 64 * 1024), 0]);
});

Deno.test("nothing is taken while a batch is written to a slow reader", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { add } = open([WEB], { write: () => promise });
  let taken = 0;
  const feeding = (async () => {
    for (; taken < 100; taken++) await add(WEB, `${"x".repeat(16 * 1024 - 1)}\n`);
  })();
  await new Promise((later) => setTimeout(later, 20));
  assert.ok(taken <= 4, `${taken}`);
  resolve();
  await feeding;
});

Deno.test("names keep their colours, and no two have the same while there are enough", () => {
  const names = ["web", "db", "cache", "proxy", "mail", "queue", "worker"];
  const colours = (some: string[]) =>
    some.map((name) => /\d+/.exec(logPrefixes(some).get(name)!.coloured)![0]);
  assert.equal(new Set(colours(names)).size, names.length);
  assert.deepEqual(colours(["web"]), colours(names).slice(0, 1));
  assert.equal(logPrefixes(Array.from({ length: 30 }, (_, n) => `c${n}`)).size, 30);
});
