import assert from "node:assert/strict";
import { RootedDirectory } from "./rooted_directory.ts";

/** `root` inside a temporary folder, with `outside` next to it. */
class TestTree implements Disposable {
  readonly #folder = Deno.makeTempDirSync();
  readonly root = `${this.#folder}/root`;
  readonly outside = `${this.#folder}/outside`;

  constructor() {
    Deno.mkdirSync(`${this.root}/dir`, { recursive: true });
    Deno.mkdirSync(this.outside);
    Deno.writeTextFileSync(`${this.outside}/secret`, "secret");
    Deno.writeTextFileSync(`${this.root}/dir/file`, "text");
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

Deno.test("find() tells where symlinks lead, with the directory as the root", () => {
  using tree = new TestTree();
  Deno.symlinkSync("/dir", `${tree.root}/absolute`);
  Deno.symlinkSync("../../../dir", `${tree.root}/dir/up`);
  using directory = new RootedDirectory(tree.root);
  assert.equal(directory.find("/absolute/file")?.path, "/dir/file");
  assert.equal(directory.find("dir/up/up/file")?.path, "/dir/file");
  assert.equal(directory.find("../../..")?.path, "/");
  assert.equal(directory.find("/absolute", { noFollow: true })?.info.isSymlink, true);
  assert.equal(directory.find("/nothing"), undefined);
});

Deno.test("nothing outside can be found or read", () => {
  using tree = new TestTree();
  Deno.symlinkSync(`${tree.outside}/secret`, `${tree.root}/absolute`);
  Deno.symlinkSync("../outside/secret", `${tree.root}/relative`);
  using directory = new RootedDirectory(tree.root);
  for (const path of ["/absolute", "/relative", "../outside/secret", "/dir/../../outside/secret"]) {
    assert.equal(directory.find(path), undefined);
    assert.equal(directory.readFile(path, 100), undefined);
  }
});

Deno.test("a symlink of /proc that jumps to another file is not followed", () => {
  using directory = new RootedDirectory("/proc");
  assert.throws(() => directory.find("/self/cwd"), /ELOOP/);
});

Deno.test("makeDirectory() and makeFile() make what is missing, whatever the umask", () => {
  using tree = new TestTree();
  using directory = new RootedDirectory(tree.root);
  const umask = Deno.umask(0o077);
  try {
    assert.equal(directory.makeFile("/a/b/file").path, "/a/b/file");
    assert.equal(directory.makeDirectory("//a/./c/").path, "/a/c");
    assert.equal(directory.makeDirectory("/sticky", 0o1777).info.mode! & 0o7777, 0o1777);
  } finally {
    Deno.umask(umask);
  }
  const mode = (path: string) => Deno.statSync(`${tree.root}${path}`).mode! & 0o7777;
  assert.deepEqual([mode("/a"), mode("/a/b/file"), mode("/a/c")], [0o755, 0o644, 0o755]);
});

Deno.test("makeDirectory() through symlinks to nowhere makes what they point to, inside", () => {
  using tree = new TestTree();
  Deno.symlinkSync(`${tree.outside}/new`, `${tree.root}/absolute`);
  Deno.symlinkSync("../../../outside/newer", `${tree.root}/relative`);
  Deno.symlinkSync("absolute/deeper", `${tree.root}/twice`);
  using directory = new RootedDirectory(tree.root);
  assert.equal(directory.makeDirectory("/absolute").path, `${tree.outside}/new`);
  assert.equal(directory.makeFile("/relative/file").path, "/outside/newer/file");
  assert.equal(directory.makeDirectory("/twice").path, `${tree.outside}/new/deeper`);
  assert.deepEqual([...Deno.readDirSync(tree.outside)].map(({ name }) => name), ["secret"]);
});

Deno.test("what is there already is left as it is", () => {
  using tree = new TestTree();
  using directory = new RootedDirectory(tree.root);
  assert.equal(directory.makeFile("/dir/file").info.isFile, true);
  assert.equal(directory.makeDirectory("/dir/file").info.isDirectory, false);
  assert.equal(Deno.readTextFileSync(`${tree.root}/dir/file`), "text");
});

Deno.test("readFile() reads regular files only, up to a bound", () => {
  using tree = new TestTree();
  using directory = new RootedDirectory(tree.root);
  assert.equal(directory.readFile("/dir/file", 4), "text");
  assert.equal(directory.readFile("/dir", 100), undefined);
  assert.throws(() => directory.readFile("/dir/file", 3), /Cannot read the image's '\/dir\/file'/);
});

Deno.test("a path that leads to a name that is not UTF-8 is refused in a sentence", () => {
  using tree = new TestTree();
  const script = `mkdir "$(printf '\\377')"; ln -s "$(printf '\\377')" link`;
  new Deno.Command("sh", { args: ["-c", script], cwd: tree.root }).outputSync();
  using directory = new RootedDirectory(tree.root);
  assert.throws(() => directory.find("/link"), /not UTF-8/);
  new Deno.Command("sh", { args: ["-c", "rm -r link *"], cwd: tree.root }).outputSync();
});
