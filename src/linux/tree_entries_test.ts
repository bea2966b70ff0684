import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { TarEntry } from "../base/tar/entry.ts";
import { nulTerminated } from "../base/tar/byte_string.ts";
import { closeFile, makeDirectoryAt, openAt, openDirectoryAt, openPathAt } from "./at_file.ts";
import { AT_FDCWD, O_CREAT, O_PATH, O_WRONLY } from "./open_flags.ts";
import { treeEntries, type TreeOptions } from "./tree_entries.ts";
import { setXattr } from "./xattr.ts";

class Tree {
  readonly path = Deno.makeTempDirSync({ dir: "/var/tmp" });

  [Symbol.dispose](): void {
    new Deno.Command("rm", { args: ["-rf", this.path] }).outputSync();
  }

  entries(options: Partial<TreeOptions> = {}): TarEntry[] {
    return [...walk(this.path, options)];
  }
}

function* walk(path: string, options: Partial<TreeOptions> = {}): Generator<TarEntry> {
  const start = openPathAt(AT_FDCWD, nulTerminated(Buffer.from(path).toString("latin1")));
  try {
    yield* treeEntries(start, { name: "", ...options });
  } finally {
    closeFile(start);
  }
}

async function text(entry: TarEntry): Promise<string> {
  const pieces = await Array.fromAsync(entry.content(), ({ bytes }) => bytes);
  return Buffer.concat(pieces).toString();
}

function sh(directory: string, script: string): void {
  const { success, stderr } = new Deno.Command("sh", { args: ["-ec", script], cwd: directory }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
}

Deno.test("treeEntries() gives every kind of file, folders first, names in order", () => {
  using tree = new Tree();
  sh(
    tree.path,
    "mkdir -p b/inner a; echo x >b/inner/file; ln -s ../../etc b/link; mkfifo b/fifo; ln b/inner/file z",
  );
  sh(tree.path, "chmod 1777 a; chmod 4711 b/inner/file");
  const found = tree.entries().map((
    { kind, name, linkName, mode },
  ) => [kind, name, linkName, mode.toString(8)]);
  assert.deepEqual(found, [
    ["directory", "a", "", "1777"],
    ["directory", "b", "", "755"],
    ["fifo", "b/fifo", "", "644"],
    ["directory", "b/inner", "", "755"],
    ["file", "b/inner/file", "", "4711"],
    ["symlink", "b/link", "../../etc", "777"],
    ["hardlink", "z", "b/inner/file", "4711"],
  ]);
});

Deno.test("treeEntries() follows no symlink, also not to a folder", () => {
  using tree = new Tree();
  sh(tree.path, "ln -s /etc folder");
  assert.deepEqual(tree.entries().map(({ name }) => name), ["folder"]);
});

Deno.test("treeEntries() of a file is one entry with the name that was asked for", async () => {
  using tree = new Tree();
  sh(tree.path, "printf content >file; touch -d @1700000000.5 file");
  for (const entry of walk(`${tree.path}/file`, { name: "other" })) {
    assert.deepEqual([entry.name, await text(entry), entry.size], ["other", "content", 7]);
    assert.deepEqual(entry.mtime, { seconds: 1_700_000_000, nanoseconds: 500_000_000 });
  }
});

Deno.test("treeEntries() keeps names that are not UTF-8", () => {
  using tree = new Tree();
  const folder = openAt(AT_FDCWD, nulTerminated(tree.path), O_PATH);
  closeFile(openAt(folder, nulTerminated("\xff\xfe"), O_WRONLY | O_CREAT, 0o644));
  closeFile(folder);
  assert.deepEqual(tree.entries().map(({ name }) => name), ["\xff\xfe"]);
});

Deno.test("treeEntries() reads capabilities and user attributes, and no others", () => {
  using tree = new Tree();
  Deno.writeTextFileSync(`${tree.path}/file`, "");
  const file = openAt(AT_FDCWD, nulTerminated(`${tree.path}/file`), O_WRONLY);
  for (const name of ["user.note", "user.overlay.opaque", "trusted.secret"]) {
    setXattr(file, name, new TextEncoder().encode("v"));
  }
  closeFile(file);
  assert.deepEqual([...tree.entries()[0].xattrs.keys()], ["user.note"]);
});

Deno.test("treeEntries() tells of sockets, and leaves them out", () => {
  using tree = new Tree();
  using _socket = Deno.listen({ transport: "unix", path: `${tree.path}/socket` });
  const leftOut: string[] = [];
  assert.deepEqual(tree.entries({ onLeftOut: (name) => leftOut.push(name) }), []);
  assert.deepEqual(leftOut, ["socket"]);
});

Deno.test("treeEntries() takes a file system of the kernel for empty", () => {
  assert.deepEqual([...walk("/proc")], []);
});

Deno.test("treeEntries() reads what it found, also when a device takes over the name", async () => {
  using tree = new Tree();
  Deno.writeTextFileSync(`${tree.path}/file`, "found");
  for (const entry of walk(tree.path)) {
    sh(tree.path, "rm file; ln -s /etc/passwd file");
    assert.equal(await text(entry), "found");
  }
});

for (const [what, now, read] of [["grew", "more than four", "more"], ["shrank", "no", "no"]]) {
  Deno.test(`treeEntries() tells of a file that ${what} since its entry was made, and reads no more`, async () => {
    using tree = new Tree();
    Deno.writeTextFileSync(`${tree.path}/file`, "four");
    const changed: string[] = [];
    for (const entry of walk(tree.path, { onChanged: (name) => changed.push(name) })) {
      Deno.writeTextFileSync(`${tree.path}/file`, now);
      assert.deepEqual([entry.size, await text(entry)], [4, read]);
    }
    assert.deepEqual(changed, ["file"]);
  });
}

Deno.test("treeEntries() goes deeper than a path can be long", () => {
  using tree = new Tree();
  const name = nulTerminated("d".repeat(100));
  let folder = openAt(AT_FDCWD, nulTerminated(tree.path), O_PATH);
  for (let depth = 0; depth < 60; depth++) {
    makeDirectoryAt(folder, name, 0o755);
    const inner = openDirectoryAt(folder, name);
    closeFile(folder);
    folder = inner;
  }
  closeFile(folder);
  const lengths = tree.entries().map(({ name }) => name.length);
  assert.deepEqual([lengths.length, lengths.at(-1)], [60, 60 * 101 - 1]);
});
