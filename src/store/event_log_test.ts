import assert from "node:assert/strict";
import { EventLog, readEvents } from "./event_log.ts";
import { olderEvents, recordEvent } from "./events.ts";
import { type StorePaths, storePaths } from "./paths.ts";

/** A data directory of its own, for one test. */
function temporaryPaths(): StorePaths & Disposable {
  const data = Deno.makeTempDirSync();
  const paths = storePaths({ get: (name) => name.startsWith("BUDGIE") ? data : undefined });
  Deno.mkdirSync(paths.locks);
  return { ...paths, [Symbol.dispose]: () => Deno.removeSync(data, { recursive: true }) };
}

function record(paths: StorePaths, id: string, attributes = {}): void {
  recordEvent(paths, { type: "container", action: "start", id, attributes });
}

const ids = (log: EventLog) => log.read().map(({ id }) => id);

Deno.test("EventLog reads what was appended since the last read", () => {
  using paths = temporaryPaths();
  using log = new EventLog(paths);
  assert.deepEqual(ids(log), []);
  record(paths, "one");
  record(paths, "two");
  assert.deepEqual(ids(log), ["one", "two"]);
  record(paths, "three");
  assert.deepEqual(ids(log), ["three"]);
  assert.deepEqual(ids(log), []);
});

Deno.test("EventLog follows over rotations, and begins with the older file", () => {
  using paths = temporaryPaths();
  using log = new EventLog(paths);
  record(paths, "1");
  assert.deepEqual(ids(log), ["1"]);
  for (const id of ["2", "3", "4"]) {
    record(paths, id);
    Deno.renameSync(paths.events, olderEvents(paths));
    if (id === "2") record(paths, "2b");
    if (id !== "3") continue;
    assert.deepEqual(ids(log), ["2", "2b", "3"]);
  }
  record(paths, "5");
  assert.deepEqual(ids(log), ["4", "5"]);
  using again = new EventLog(paths);
  assert.deepEqual(ids(again), ["4", "5"]);
});

Deno.test("EventLog misses nothing of a writer that fills its files", () => {
  using paths = temporaryPaths();
  using log = new EventLog(paths);
  const wanted = Array.from({ length: 300 }, (_, index) => String(index));
  const seen: string[] = [];
  for (const id of wanted) {
    record(paths, id, { filling: "x".repeat(10_000) });
    if (Number(id) % 40 === 0) seen.push(...ids(log));
  }
  seen.push(...ids(log));
  assert.deepEqual(seen, wanted);
  assert.ok(Deno.statSync(olderEvents(paths)).size > 1024 ** 2);
});

Deno.test("EventLog passes over a line that was cut off, and waits for the rest of one", () => {
  using paths = temporaryPaths();
  using log = new EventLog(paths);
  Deno.writeTextFileSync(paths.events, '{"time":\n{"time":"2026-01-02T00:00:00Z","id":"a"');
  assert.deepEqual(ids(log), []);
  Deno.writeTextFileSync(paths.events, "}\n", { append: true });
  assert.deepEqual(ids(log), ["a"]);
});

Deno.test("readEvents() shows a period of the past and ends", async () => {
  using paths = temporaryPaths();
  const lines = ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"].map((time) =>
    JSON.stringify({ time, id: time.slice(8, 10) })
  );
  Deno.writeTextFileSync(paths.events, `${lines.join("\n")}\n`);
  const between = async (since?: string, until?: string) => {
    const period = { since: since && Date.parse(since), until: until && Date.parse(until) };
    return (await Array.fromAsync(readEvents(paths, period as Record<string, number>))).map(({ id }) => id);
  };
  assert.deepEqual(await between("2026-01-03", "2026-01-03T12:00:00Z"), ["03"]);
  assert.deepEqual(await between(undefined, "2026-01-03"), ["02", "03"]);
});

Deno.test("readEvents() streams only what is new, until it is told to stop", async () => {
  using paths = temporaryPaths();
  record(paths, "old");
  const stop = new AbortController();
  const seen: string[] = [];
  const events = readEvents(paths, {}, stop.signal);
  const reading = (async () => {
    for await (const { id } of events) {
      seen.push(id);
      if (id === "last") stop.abort();
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const id of ["new", "newer", "last"]) record(paths, id);
  await reading;
  assert.deepEqual(seen, ["new", "newer", "last"]);
});
