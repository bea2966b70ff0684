import assert from "node:assert/strict";
import { LogFile, rotatedLog } from "./log_file.ts";
import { LogReader } from "./log_reader.ts";
import { LogSet } from "./log_set.ts";

const TIME = "2026-01-02T03:04:05.000000000Z";
const MAX_SIZE = 64 * 1024;

/** A writer, and a reader of the same log. */
function openBoth(maxFiles: number) {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/log`;
  const log = new LogFile(path, { maxSizeBytes: MAX_SIZE, maxFiles });
  const reader = new LogReader(new LogSet(path, maxFiles), { maxSizeBytes: MAX_SIZE, maxFiles }, {
    streams: new Set(["stdout", "stderr"]),
  });
  let count = 0;
  return {
    path,
    reader,
    /** numbered lines of about 100 bytes; 650 are a file */
    write(lines: number) {
      for (; lines > 0; lines--) {
        log.append(new TextEncoder().encode(`${TIME} stdout F ${String(count++).padStart(50, "0")}\n`));
      }
    },
    read: () => Array.from(reader.entries(), ({ text }) => Number(new TextDecoder().decode(text))),
    [Symbol.dispose]() {
      reader[Symbol.dispose]();
      log[Symbol.dispose]();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

Deno.test("LogReader reads on where it was, over rotations, with nothing lost and nothing twice", () => {
  for (const maxFiles of [2, 3, 10]) {
    using both = openBoth(maxFiles);
    const seen: number[] = [];
    for (let round = 0; round < 100; round++) {
      both.write(round * 37 % 700);
      seen.push(...both.read());
    }
    assert.deepEqual(seen, range(0, seen.length), `${maxFiles} files`);
    assert.equal(both.reader.takeMissed(), false);
  }
});

Deno.test("LogReader keeps what it has seen open, also when it is rotated away", () => {
  using both = openBoth(3);
  both.write(10);
  for (let rotation = 0; rotation < 30; rotation++) {
    both.reader.catchUp();
    both.write(800);
  }
  assert.deepEqual(both.read(), range(0, 24_010));
  assert.equal(both.reader.takeMissed(), false);
});

Deno.test("LogReader goes on with the oldest there is, and knows that it missed some", () => {
  using both = openBoth(3);
  both.write(10);
  both.read();
  both.write(10_000);
  const seen = both.read();
  const gap = seen.findIndex((number, index) => number !== 10 + index); // after the file that was open
  assert.ok(gap > 0 && seen.length - gap > 1300);
  assert.deepEqual(seen.slice(0, gap), range(10, 10 + gap));
  assert.deepEqual(seen.slice(gap), range(10_010 - (seen.length - gap), 10_010));
  assert.equal(both.reader.takeMissed(), true);
  assert.equal(both.reader.takeMissed(), false);
});

Deno.test("LogReader finds its way while the writer is in the middle of a rotation", () => {
  using both = openBoth(3);
  both.write(1500);
  assert.deepEqual(both.read(), range(0, 1500));
  both.write(1);
  Deno.renameSync(rotatedLog(both.path, 1), rotatedLog(both.path, 2));
  assert.deepEqual(both.read(), [1500]);
  Deno.renameSync(both.path, rotatedLog(both.path, 1));
  assert.deepEqual(both.read(), []);
  Deno.writeTextFileSync(both.path, `${TIME} stdout F 1501\n`);
  assert.deepEqual(both.read(), [1501]);
});

Deno.test("LogReader begins once there is a log, and reads it to its end when the container is gone", () => {
  const folder = Deno.makeTempDirSync();
  const set = new LogSet(`${folder}/log`, 3);
  using reader = new LogReader(set, { maxSizeBytes: MAX_SIZE, maxFiles: 3 }, {
    tail: 5,
    streams: new Set(["stdout"]),
  });
  assert.deepEqual([...reader.entries()], []);
  Deno.writeTextFileSync(`${folder}/log`, `${TIME} stdout F one\n${TIME} stdout F t`);
  assert.equal([...reader.entries()].length, 1);
  Deno.writeTextFileSync(`${folder}/log`, `wo\n`, { append: true });
  Deno.removeSync(folder, { recursive: true });
  assert.deepEqual(Array.from(reader.entries(), ({ text }) => new TextDecoder().decode(text)), ["two"]);
  assert.deepEqual([...reader.entries()], []);
  assert.equal(reader.takeMissed(), false);
});

Deno.test("LogReader holds no more of the disk than it may, however far behind it is", () => {
  using both = openBoth(3);
  for (let rotation = 0; rotation < 300; rotation++) {
    both.write(800);
    both.reader.catchUp();
  }
  const open = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ""; // the folder itself, which was open while it was read
    }
  }).filter((target) => target.startsWith(both.path));
  assert.equal(open.length, 128 + 1); // and the writer's
  const seen = both.read();
  assert.deepEqual(seen.slice(0, 50_000), range(0, 50_000));
  assert.equal(both.reader.takeMissed(), true);
});
