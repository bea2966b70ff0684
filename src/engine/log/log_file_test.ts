import assert from "node:assert/strict";
import { logEntries, LogParser } from "./cri_log.ts";
import { LogFile, rotatedLog } from "./log_file.ts";

const TIME = "2026-01-02T15:04:05.000000000Z";
const MAX_SIZE = 64 * 1024;
const bytes = (text: string) => new TextEncoder().encode(text);

/** A log in a folder of its own; `kept` is all that is there, oldest first. */
function openLog(maxFiles: number) {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/log`;
  const warnings: string[] = [];
  const options = { maxSizeBytes: MAX_SIZE, maxFiles, onWarning: (text: string) => warnings.push(text) };
  return {
    path,
    folder,
    warnings,
    options,
    file: new LogFile(path, options),
    sizes: () => Array.from(Deno.readDirSync(folder), ({ name }) => Deno.statSync(`${folder}/${name}`).size),
    kept: () =>
      Array.from({ length: maxFiles }, (_, age) => rotatedLog(path, maxFiles - 1 - age))
        .map((name) => {
          try {
            return Deno.readTextFileSync(name);
          } catch {
            return "";
          }
        }).join(""),
    [Symbol.dispose]() {
      this.file[Symbol.dispose]();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** The log as the next writer finds it. */
function reopened(log: ReturnType<typeof openLog>): LogFile {
  log.file[Symbol.dispose]();
  return log.file = new LogFile(log.path, log.options);
}

const CHUNK_BYTES = 64 * 1024;
const OUTPUT: Record<string, (number: number) => Uint8Array<ArrayBuffer>> = {
  "empty lines": () => new Uint8Array(CHUNK_BYTES).fill(10),
  "lines of one byte": () => new Uint8Array(CHUNK_BYTES).map((_, index) => index % 2 ? 10 : 120),
  "one endless line": () => new Uint8Array(CHUNK_BYTES).fill(120),
  "bytes that are no text": (number) =>
    crypto.getRandomValues(new Uint8Array(CHUNK_BYTES)).fill(number, 0, 1),
  "long and short lines": (number) => bytes(`${"y".repeat(number * 997 % 40_000)}\n${number}\n`),
};

for (const [what, chunk] of Object.entries(OUTPUT)) {
  Deno.test(`LogFile keeps ${what} within its bounds, and whole lines only`, () => {
    for (const maxFiles of [1, 3]) {
      using log = openLog(maxFiles);
      let all = "";
      for (let number = 0; number < 8; number++) {
        const lines = logEntries("stdout", chunk(number), TIME);
        all += new TextDecoder().decode(lines);
        log.file.append(lines);
        assert.ok(log.sizes().every((size) => size <= MAX_SIZE), `${log.sizes()}`);
        assert.ok(log.sizes().length <= maxFiles, `${log.sizes().length} files`);
      }
      assert.ok(all.endsWith(log.kept()), "the last lines are kept, in their order");
      assert.ok(log.kept().length >= Math.min(all.length, MAX_SIZE * (maxFiles - 1)));
      for (const line of log.kept().split("\n").slice(0, -1)) {
        assert.ok(new LogParser().parse(bytes(line)), line);
      }
      assert.deepEqual(log.warnings, []);
    }
  });
}

Deno.test("LogFile of no files keeps nothing", () => {
  using log = openLog(0);
  log.file.append(bytes(`${TIME} stdout F one\n`));
  assert.deepEqual(log.sizes(), [0]);
});

Deno.test("LogFile goes on after a line that a killed writer left unfinished", () => {
  using log = openLog(2);
  log.file[Symbol.dispose]();
  Deno.writeTextFileSync(log.path, `${TIME} stdout F whole\n${TIME} stdo`);
  using file = new LogFile(log.path, { maxSizeBytes: MAX_SIZE, maxFiles: 2 });
  file.append(bytes(`${TIME} stdout F next\n`));
  assert.equal(log.kept(), `${TIME} stdout F whole\n${TIME} stdo\n${TIME} stdout F next\n`);
});

Deno.test("LogFile appends the rest of lines that a killed writer was appending, wherever that was", () => {
  const line = (number: number) => `${TIME} stdout F ${"x".repeat(900)} ${number}\n`;
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => line(from + index)).join("");
  for (const before of ["", numbers(0, 3), `${numbers(0, 3)}${TIME} st`, numbers(0, 65)]) {
    const added = numbers(65, 75); // behind 65 lines they lie in two files
    const whole = `${before}${before.endsWith("\n") || before === "" ? "" : "\n"}${added}`;
    for (
      const cut of [0, 1, 500, line(65).length, line(65).length * 9 + 30, added.length - 1, added.length]
    ) {
      using log = openLog(3);
      log.file.append(bytes(before));
      const { end } = reopened(log);
      log.file.append(bytes(added.slice(0, cut)));
      reopened(log).appendRest(bytes(added), end);
      assert.ok(log.kept() === whole, `${before.length} bytes before, killed after ${cut}: ${log.sizes()}`);
      assert.deepEqual(log.warnings, []);
    }
  }
});

Deno.test("LogFile logs nothing again whose file was given up meanwhile", () => {
  using log = openLog(1);
  const { end } = log.file;
  const lines = logEntries("stdout", new Uint8Array(CHUNK_BYTES).fill(10), TIME);
  log.file.append(lines);
  const kept = log.kept();
  Deno.renameSync(log.path, `${log.folder}/given-up`);
  Deno.writeTextFileSync(log.path, kept); // another inode
  reopened(log).appendRest(lines, end);
  assert.equal(log.kept(), kept);
});

Deno.test("LogFile warns once when it can't rotate, and goes on when it can again", () => {
  using log = openLog(2);
  const line = bytes(`${TIME} stdout F ${"x".repeat(1000)}\n`);
  for (let number = 0; number < 60; number++) log.file.append(line);
  Deno.mkdirSync(`${log.path}.1`); // nothing can take its place
  for (let number = 0; number < 60; number++) log.file.append(line);
  assert.equal(log.warnings.length, 1);
  assert.match(log.warnings[0], /'budgie logs' will lack lines/);
  Deno.removeSync(`${log.path}.1`);
  log.file.append(line);
  assert.ok(log.kept().length > MAX_SIZE && log.kept().endsWith(new TextDecoder().decode(line)));
});
