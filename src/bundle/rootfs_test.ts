import assert from "node:assert/strict";
import { mountRootfs, unmountRootfs } from "./rootfs.ts";

/** A store's folders under an awkward name; `layer(i)` makes the i-th layer with one file. */
class TestStore implements Disposable {
  readonly #temporary = Deno.makeTempDirSync();
  readonly folder = `${this.#temporary}/a,b:c\\d e`;
  readonly layers = `${this.folder}/layers`;
  readonly directory = `${this.folder}/containers/${"c".repeat(64)}`;
  readonly merged = `${this.directory}/merged`;

  constructor() {
    Deno.mkdirSync(this.layers, { recursive: true });
    Deno.mkdirSync(this.directory, { recursive: true });
  }

  layer(index: number, text = `${index}`): string {
    const path = `${this.layers}/${index.toString(16).padStart(24, "0")}`;
    Deno.mkdirSync(path);
    Deno.writeTextFileSync(`${path}/file${index}`, text);
    Deno.writeTextFileSync(`${path}/top`, text);
    return path;
  }

  [Symbol.dispose](): void {
    unmountRootfs(this.directory);
    Deno.removeSync(this.#temporary, { recursive: true });
  }
}

function isMounted(path: string): boolean {
  const escaped = path.replace(
    /[\\ ]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return Deno.readTextFileSync("/proc/self/mountinfo").includes(` ${escaped} `);
}

Deno.test("mountRootfs() puts 127 layers over each other, the last one on top", () => {
  using store = new TestStore();
  const layers = Array.from({ length: 127 }, (_, i) => store.layer(i));
  mountRootfs(store.directory, layers, store);
  assert.equal(Deno.readTextFileSync(`${store.merged}/top`), "126");
  assert.equal([...Deno.readDirSync(store.merged)].length, 128);
});

Deno.test("mountRootfs() says how many layers are too many", () => {
  using store = new TestStore();
  const layers = Array.from({ length: 200 }, (_, i) => store.layer(i));
  assert.throws(
    () => mountRootfs(store.directory, layers, store),
    /Cannot mount the root file system: 200 layers/,
  );
});

Deno.test("mountRootfs() of an image without layers is an empty directory that can be written", () => {
  using store = new TestStore();
  mountRootfs(store.directory, [], store);
  Deno.writeTextFileSync(`${store.merged}/new`, "x");
  assert.equal(Deno.readTextFileSync(`${store.directory}/upper/new`), "x");
});

Deno.test("mountRootfs() leaves the working directory of the process where it was", () => {
  using store = new TestStore();
  const before = Deno.cwd();
  mountRootfs(store.directory, [store.layer(1)], store);
  assert.equal(Deno.cwd(), before);
});

Deno.test("the root directory has owner and mode of the image's", () => {
  using store = new TestStore();
  const layer = store.layer(1);
  Deno.chmodSync(layer, 0o1751);
  Deno.chownSync(layer, 12, 34);
  mountRootfs(store.directory, [layer], store);
  const { mode, uid, gid } = Deno.statSync(store.merged);
  assert.deepEqual([mode! & 0o7777, uid, gid], [0o1751, 12, 34]);
});

Deno.test("what was written is there after unmounting and mounting again", () => {
  using store = new TestStore();
  const layers = [store.layer(1)];
  mountRootfs(store.directory, layers, store);
  Deno.removeSync(`${store.merged}/file1`);
  Deno.writeTextFileSync(`${store.merged}/new`, "x");
  unmountRootfs(store.directory);
  mountRootfs(store.directory, layers, store);
  assert.deepEqual([...Deno.readDirSync(store.merged)].map(({ name }) => name).sort(), ["new", "top"]);
});

Deno.test("a temporary rootfs can be mounted again after a crash", () => {
  using store = new TestStore();
  const layers = [store.layer(1)];
  mountRootfs(store.directory, layers, store, { temporary: true });
  mountRootfs(store.directory, layers, store, { temporary: true });
  Deno.writeTextFileSync(`${store.merged}/new`, "x");
});

Deno.test("mounting over a rootfs that a crash left keeps one mount, and unmounting twice is fine", () => {
  using store = new TestStore();
  const layers = [store.layer(1)];
  mountRootfs(store.directory, layers, store);
  mountRootfs(store.directory, layers, store);
  unmountRootfs(store.directory);
  assert.equal(isMounted(store.merged), false);
  unmountRootfs(store.directory);
});

Deno.test("unmountRootfs() of a container without a rootfs is fine", () => {
  unmountRootfs("/nonexistent/container");
});
