import assert from "node:assert/strict";
import { getXattr } from "../../linux/xattr.ts";
import { unpackEntries } from "./testing.ts";

const DIRECTORY = { type: "5", mode: 0o755 };

function isWhiteoutDevice(path: string): boolean {
  const { isCharDevice, rdev } = Deno.lstatSync(path);
  return Boolean(isCharDevice) && rdev === 0;
}

function isOpaque(path: string): boolean {
  return new TextDecoder().decode(getXattr(path, "trusted.overlay.opaque")) === "y";
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

Deno.test("a whiteout becomes a character device 0:0 of the hidden name", async () => {
  using layer = await unpackEntries([{ name: "etc", ...DIRECTORY }, { name: "etc/.wh.passwd" }]);
  assert.deepEqual(namesIn(`${layer.path}/etc`), ["passwd"]);
  assert.ok(isWhiteoutDevice(`${layer.path}/etc/passwd`));
});

Deno.test("an opaque whiteout becomes an attribute of the directory", async () => {
  using layer = await unpackEntries([
    { name: "var", ...DIRECTORY },
    { name: "var/.wh..wh..opq" },
    { name: "var/new" },
    { name: ".wh..wh..opq" },
  ]);
  assert.ok(isOpaque(`${layer.path}/var`));
  assert.ok(isOpaque(layer.path));
  assert.deepEqual(namesIn(`${layer.path}/var`), ["new"]);
});

Deno.test("bookkeeping of aufs leaves nothing behind", async () => {
  using layer = await unpackEntries([{ name: ".wh..wh.aufs" }, { name: ".wh..wh.plnk/1.2" }, {
    name: "kept",
  }]);
  assert.deepEqual(namesIn(layer.path), ["kept"]);
});

Deno.test("a whiteout does not hide what its own layer has, whichever comes first", async () => {
  using layer = await unpackEntries([
    { name: "file", content: "f" },
    { name: ".wh.file" },
    { name: ".wh.file2" },
    { name: "file2", content: "f" },
    { name: "folder/inside", content: "i" },
    { name: ".wh.folder" },
    { name: ".wh.folder2" },
    { name: "folder2", ...DIRECTORY, mode: 0o700 },
    { name: ".wh.folder3" },
    { name: "folder3/inside", content: "i" },
  ]);
  assert.deepEqual(namesIn(layer.path), ["file", "file2", "folder", "folder2", "folder3"]);
  for (const name of ["file", "file2"]) assert.equal(Deno.readTextFileSync(`${layer.path}/${name}`), "f");
  for (const name of ["folder", "folder3"]) assert.deepEqual(namesIn(`${layer.path}/${name}`), ["inside"]);
  // What the layers below have in these must not show through.
  for (const name of ["folder", "folder2", "folder3"]) assert.ok(isOpaque(`${layer.path}/${name}`), name);
  assert.equal(Deno.statSync(`${layer.path}/folder2`).mode! & 0o777, 0o700);
});

Deno.test("overlayfs understands the layers", async () => {
  using lower = await unpackEntries([
    { name: "gone", content: "l" },
    { name: "kept", content: "l" },
    { name: "opaque/old", content: "l" },
    { name: "replaced/old", content: "l" },
    { name: "merged/old", content: "l" },
  ]);
  using upper = await unpackEntries([
    { name: ".wh.gone" },
    { name: "opaque/.wh..wh..opq" },
    { name: "opaque/new" },
    { name: ".wh.replaced" },
    { name: "replaced/new" },
    { name: "merged/new" },
  ]);
  const merged = Deno.makeTempDirSync();
  const script =
    'mount -t overlay overlay -o "lowerdir=$2:$1" "$3" && cd "$3" && find . -type f | LC_ALL=C sort';
  // A mount namespace of its own: nothing to unmount.
  const { stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", script, "sh", lower.path, upper.path, merged],
  }).output();
  Deno.removeSync(merged);
  assert.equal(
    new TextDecoder().decode(stdout),
    "./kept\n./merged/new\n./merged/old\n./opaque/new\n./replaced/new\n",
    new TextDecoder().decode(stderr),
  );
});

for (const name of [".wh.", ".wh..", ".wh...", "a/.wh...", "/.wh..."]) {
  Deno.test(`a whiteout named '${name}' is refused`, async () => {
    await assert.rejects(unpackEntries([{ name: "a/b" }, { name }]), /it is a whiteout of '\.{0,2}'/);
  });
}

Deno.test("a file below a whiteout is refused", async () => {
  await assert.rejects(unpackEntries([{ name: "a/.wh.b/c" }]), /directory that is a whiteout/);
});
