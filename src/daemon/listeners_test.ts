import assert from "node:assert/strict";
import { Listeners } from "./listeners.ts";

/** Listeners at names, of which those in `impossible` can't be opened. */
function rig() {
  const clock = { now: 0 };
  const open = new Set<string>();
  const impossible = new Set<string>();
  const logged: string[] = [];
  const listeners = new Listeners<string>({
    open: (name) => {
      if (impossible.has(name)) return Promise.reject(new Error("taken"));
      assert.ok(!open.has(name), `${name} is open already`);
      open.add(name);
      return Promise.resolve({
        [Symbol.asyncDispose]: () => {
          open.delete(name);
          return Promise.resolve();
        },
      });
    },
    complaint: (name, error) => `Cannot open ${name}: ${error.message}`,
    log: (line) => logged.push(line),
    now: () => clock.now,
  });
  const sync = (...names: string[]) => listeners.sync(new Map(names.map((name) => [name, name])));
  return { clock, open, impossible, logged, listeners, sync };
}

Deno.test("what is wanted is open, once, and nothing else", async () => {
  const { open, listeners, sync } = rig();
  assert.equal(await sync("a", "b"), true);
  assert.equal(await sync("b", "c"), true);
  assert.deepEqual([...open].toSorted(), ["b", "c"]);
  await listeners[Symbol.asyncDispose]();
  assert.equal(open.size, 0);
});

Deno.test("what can't be opened is tried again each time, and does not keep others from it", async () => {
  const { open, impossible, sync } = rig();
  impossible.add("a");
  assert.equal(await sync("a", "b"), false);
  assert.deepEqual([...open], ["b"]);
  impossible.clear();
  assert.equal(await sync("a", "b"), true);
  assert.equal(open.size, 2);
});

Deno.test("a failure that stays is said once, and again after it was mended", async () => {
  const { clock, impossible, logged, sync } = rig();
  const after = async (ms: number) => {
    clock.now += ms;
    await sync("a");
  };
  impossible.add("a");
  await after(0);
  await after(1_900);
  assert.deepEqual(logged, []);
  await after(100);
  await after(5_000);
  assert.deepEqual(logged, ["Cannot open a: taken"]);
  impossible.clear();
  await after(1);
  await sync();
  impossible.add("a");
  await after(0);
  await after(3_000);
  assert.equal(logged.length, 2);
});
