import assert from "node:assert/strict";
import { eventually } from "../../tests/fixture/wait.ts";
import { CHANGES, IN_CLOSE_WRITE, IN_CREATE, watchFile } from "./inotify.ts";

async function openFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "budgie-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("a folder's watch tells the names of what comes, is written, is renamed and goes", async () => {
  await using folder = await openFolder();
  const names: (string | undefined)[] = [];
  await using _watch = watchFile(folder.path, CHANGES, (name) => names.push(name));
  await Deno.writeTextFile(`${folder.path}/a`, "text");
  await Deno.rename(`${folder.path}/a`, `${folder.path}/schön und lang`);
  await Deno.remove(`${folder.path}/schön und lang`);
  await eventually("the last", () => names.filter((name) => name === "schön und lang").length === 2);
  assert.deepEqual(names, ["a", "a", "a", "schön und lang", "schön und lang"]);
});

Deno.test("reading and opening are no changes", async () => {
  await using folder = await openFolder();
  await Deno.writeTextFile(`${folder.path}/a`, "text");
  const names: (string | undefined)[] = [];
  await using _watch = watchFile(folder.path, CHANGES, (name) => names.push(name));
  await Deno.readTextFile(`${folder.path}/a`);
  Deno.openSync(`${folder.path}/a`, { write: true }).close();
  await Deno.writeTextFile(`${folder.path}/last`, "");
  await eventually("the last", () => names.includes("last"));
  assert.ok(!names.includes("a"));
});

Deno.test("a file's watch tells when a writer closes it, and not before", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/lock`;
  const file = await Deno.open(path, { write: true, create: true });
  const seen: (string | undefined)[] = [];
  await using _watch = watchFile(path, IN_CLOSE_WRITE, (name) => seen.push(name));
  await file.write(new Uint8Array(1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(seen, []);
  file.close();
  await eventually("the close", () => seen.length === 1);
  assert.deepEqual(seen, [undefined]);
});

Deno.test("two watches of one folder get what each has asked for, and one stays when the other ends", async () => {
  await using folder = await openFolder();
  const [all, created]: (string | undefined)[][] = [[], []];
  await using _all = watchFile(folder.path, CHANGES, (name) => all.push(name));
  {
    await using _created = watchFile(folder.path, IN_CREATE, (name) => created.push(name));
    await Deno.writeTextFile(`${folder.path}/a`, "text");
    await eventually("both", () => created.length > 0 && all.length > 1);
  }
  await Deno.writeTextFile(`${folder.path}/b`, "text");
  await eventually("b", () => all.includes("b"));
  assert.deepEqual(created, ["a"]);
});

Deno.test("a watch of a folder that is removed says so once, and others go on", async () => {
  await using folder = await openFolder();
  await Deno.mkdir(`${folder.path}/inner`);
  const [inner, outer]: (string | undefined)[][] = [[], []];
  await using _inner = watchFile(`${folder.path}/inner`, CHANGES, (name) => inner.push(name));
  await using _outer = watchFile(folder.path, CHANGES, (name) => outer.push(name));
  await Deno.remove(`${folder.path}/inner`);
  await Deno.writeTextFile(`${folder.path}/after`, "");
  await eventually("what came after", () => outer.includes("after"));
  assert.deepEqual(inner, [undefined]);
});

Deno.test("a watch can begin while the last one ends", async () => {
  await using folder = await openFolder();
  const first = watchFile(folder.path, CHANGES, () => {});
  const ending = first[Symbol.asyncDispose]();
  const names: (string | undefined)[] = [];
  await using _second = watchFile(folder.path, CHANGES, (name) => names.push(name));
  await ending;
  await Deno.writeTextFile(`${folder.path}/a`, "");
  await eventually("a", () => names.includes("a"));
});

Deno.test("when the kernel had no room for all events, each watch is told to look anew", async () => {
  await using folder = await openFolder();
  await Deno.mkdir(`${folder.path}/quiet`);
  const quiet: (string | undefined)[] = [];
  await using _busy = watchFile(folder.path, CHANGES, () => {});
  await using _quiet = watchFile(`${folder.path}/quiet`, CHANGES, (name) => quiet.push(name));
  const room = Number(Deno.readTextFileSync("/proc/sys/fs/inotify/max_queued_events"));
  for (let count = 0; count <= room / 2; count++) {
    Deno.openSync(`${folder.path}/${count % 2}`, { write: true, create: true }).close();
    Deno.removeSync(`${folder.path}/${count % 2}`);
  }
  await eventually("to be told", () => quiet.length === 1);
  assert.deepEqual(quiet, [undefined]);
});

Deno.test("what is not there can't be watched, and no descriptor stays open", async () => {
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = open();
  assert.throws(() => watchFile("/nowhere", CHANGES, () => {}), { name: "SystemError", code: "ENOENT" });
  {
    await using _watch = watchFile("/tmp", CHANGES, () => {});
    await using _other = watchFile("/", CHANGES, () => {});
  }
  assert.equal(open(), before);
});
