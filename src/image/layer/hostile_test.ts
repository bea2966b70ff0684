/** Layers made to reach outside. unpackEntries() itself checks that the layer's neighbours stay as they were. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import type { MadeEntry } from "../../base/tar/testing.ts";
import { LayerError } from "./layer_error.ts";
import { unpackEntries } from "./testing.ts";

const link = (name: string, linkName: string): MadeEntry => ({ name, type: "2", linkName });
const hardLink = (name: string, linkName: string): MadeEntry => ({ name, type: "1", linkName });
const PWNED = { content: "pwned" };

const REFUSED: [what: string, entries: MadeEntry[], reason: RegExp][] = [
  ["'..' at the start", [{ name: "../outside", ...PWNED }], /its name has '\.\.' in it/],
  ["'..' in the middle", [{ name: "a/../../outside", ...PWNED }], /'\.\.'/],
  ["'..' at the end", [{ name: "a/..", type: "5" }], /'\.\.'/],
  ["'..' behind a slash", [{ name: "/../outside", ...PWNED }], /'\.\.'/],
  ["'..' in a PAX path", [{ name: "x", ...PWNED, pax: { path: "../outside" } }], /'\.\.'/],
  ["'..' in a directory", [{ name: "..", type: "5", mode: 0o777 }], /'\.\.'/],
  ["'..' in a symlink's name", [link("../outside", "/etc/passwd")], /'\.\.'/],
  ["'..' in a device's name", [{ name: "../null", type: "3", device: [1, 3] }], /'\.\.'/],
  [
    "a name of 10,000 bytes",
    [{ name: "x", pax: { path: "n".repeat(10_000) } }],
    /its name has 10000 bytes, more than 4095/,
  ],
  [
    "a part of a name of 256 bytes",
    [{ name: "x", pax: { path: `a/${"n".repeat(256)}/b` } }],
    /256 bytes, more than 255/,
  ],
  ["an empty name", [{ name: "" }], /its name is empty/],
  ["a NUL in a name", [{ name: "x", pax: { path: "a\0b" } }], /NUL/],
  [
    "a hard link to '..'",
    [hardLink("copy", "../outside")],
    /target '\.\.\/outside' of the hard link has '\.\.' in it/,
  ],
  [
    "a hard link to what is not there",
    [hardLink("copy", "/etc/shadow")],
    /hard link to '\/etc\/shadow', which is not there/,
  ],
  ["a hard link through a symlink", [link("out", "../.."), hardLink("copy", "out/outside")], /is not there/],
  ["a hard link to a directory", [{ name: "d", type: "5" }, hardLink("copy", "d")], /which is a directory/],
  ["a hard link to the layer itself", [hardLink("copy", "/")], /the root directory/],
  ["a file that is the layer itself", [{ name: "./", ...PWNED }], /the root directory/],
  ["a symlink that is the layer itself", [link("/", "/etc")], /the root directory/],
  ["a symlink to nothing", [link("a", "")], /target of the symbolic link has 0 bytes/],
  ["a symlink of 10,000 bytes", [{ ...link("a", ""), pax: { linkpath: "x".repeat(10_000) } }], /10000 bytes/],
  [
    "symlinks in a circle",
    [link("a", "b"), link("b", "a"), { name: "a/file", ...PWNED }],
    /too many symbolic links/,
  ],
  [
    "a file below a file",
    [{ name: "a", content: "x" }, { name: "a/b", ...PWNED }],
    /'a' is in its way/,
  ],
  [
    "a file below a device",
    [{ name: "a", type: "3", device: [1, 3] }, { name: "a/b", ...PWNED }],
    /in its way/,
  ],
  ["a file below a FIFO", [{ name: "a", type: "6" }, { name: "a/b", ...PWNED }], /in its way/],
  ["directories 513 deep", [{ name: "x", pax: { path: `${"d/".repeat(513)}file` } }], /too deep/],
  ["a device with a number too large", [{ name: "a", type: "3", device: [4096, 0] }], /device 4096:0/],
  ["an owner that means 'leave it'", [{ name: "a", pax: { uid: "4294967295" } }], /out of range/],
  [
    "an attribute that commands overlayfs",
    [xattr("trusted.overlay.redirect", "/etc")],
    /trusted\.overlay\.redirect/,
  ],
  ["an attribute of overlayfs for users", [xattr("user.overlay.opaque", "y")], /user\.overlay\.opaque/],
  ["any trusted attribute", [xattr("trusted.x", "y")], /trusted\.x/],
];

function xattr(attribute: string, value: string): MadeEntry {
  return { name: "a", pax: { [`SCHILY.xattr.${attribute}`]: value } };
}

for (const [what, entries, reason] of REFUSED) {
  Deno.test(`a layer with ${what} is refused, and nothing outside is touched`, async () => {
    const open = readdirSync("/proc/self/fd").length;
    await assert.rejects(
      unpackEntries(entries),
      (error) => error instanceof LayerError && reason.test(error.message),
    );
    assert.equal(readdirSync("/proc/self/fd").length, open, "descriptors left open");
  });
}

for (
  const [what, target, place] of [
    ["an absolute one", "/", "stolen"],
    ["one with '..'", "../../..", "stolen"],
    ["one to a folder", "/usr/lib", "usr/lib/stolen"],
    ["one over another", "second", "usr/lib/stolen"],
  ]
) {
  Deno.test(`a file through a symlink stays in the layer: ${what}`, async () => {
    using layer = await unpackEntries([
      link("second", "../usr/./lib"),
      link("link", target),
      { name: "link/stolen", content: "inside" },
      { name: "link/stolen2", content: "inside" },
    ]);
    assert.equal(Deno.readTextFileSync(`${layer.path}/${place}`), "inside");
    assert.equal(Deno.readTextFileSync(`${layer.path}/${place}2`), "inside");
    assert.ok(Deno.lstatSync(`${layer.path}/link`).isSymlink);
  });
}

Deno.test("a file through a symlink to the layer's neighbour does not reach it", async () => {
  using layer = await unpackEntries([
    link("a", ".."),
    { name: "a/outside", ...PWNED },
    link("b", "../outside"),
    { name: "b", content: "replaces the link" },
    hardLink("c", "a/outside"),
  ]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/outside`), "pwned");
  assert.equal(Deno.readTextFileSync(`${layer.path}/b`), "replaces the link");
});

Deno.test("an absolute name lies in the layer, as in docker", async () => {
  using layer = await unpackEntries([{ name: "/etc/hostname", content: "h" }, {
    name: "//a//b",
    content: "b",
  }]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/etc/hostname`), "h");
  assert.equal(Deno.readTextFileSync(`${layer.path}/a/b`), "b");
});

Deno.test("a symlink's owner, mode and time never reach what it points to", async () => {
  using layer = await unpackEntries([{
    ...link("a", "../outside"),
    uid: 1234,
    gid: 1234,
    mode: 0o777,
    mtime: 1,
  }]);
  assert.equal(Deno.lstatSync(`${layer.path}/a`).uid, 1234);
});

Deno.test("a directory turned into a symlink between two entries is looked at anew", async () => {
  using layer = await unpackEntries([
    { name: "d/file", content: "first" },
    { name: "d/sub", type: "5", mode: 0o755, mtime: 1 },
    link("d", "../.."),
    { name: "d/file", content: "second" },
    { name: "e", type: "5", mtime: 5 },
    link("e", ".."),
  ]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/file`), "second");
  assert.ok(Deno.lstatSync(`${layer.path}/d`).isSymlink);
});

Deno.test("a symlink turned into a directory between two entries is looked at anew", async () => {
  using layer = await unpackEntries([
    link("d", "elsewhere"),
    { name: "d/one", content: "1" },
    { name: "d", type: "5", mode: 0o755 },
    { name: "d/two", content: "2" },
  ]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/elsewhere/one`), "1");
  assert.equal(Deno.readTextFileSync(`${layer.path}/d/two`), "2");
});

Deno.test("replacing a directory does not remove what symlinks in it point to", async () => {
  using layer = await unpackEntries([
    { name: "kept/file", content: "k" },
    link("d/a", "../kept"),
    link("d/b", "../../.."),
    { name: "d", content: "a file now" },
  ]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/kept/file`), "k");
  assert.equal(Deno.readTextFileSync(`${layer.path}/d`), "a file now");
});

Deno.test("many directories do not use up the descriptors", async () => {
  const open = readdirSync("/proc/self/fd").length;
  const entries = Array.from({ length: 2000 }, (_, i) => ({ name: `d${i}/sub/file` }));
  using _layer = await unpackEntries(entries);
  assert.equal(readdirSync("/proc/self/fd").length, open);
});

Deno.test("directories 500 deep are unpacked, replaced and removed", async () => {
  using layer = await unpackEntries([
    { name: "x", pax: { path: `${"d/".repeat(500)}file` } },
    { name: "d", content: "flat" },
    { name: "x", pax: { path: `${"e/".repeat(500)}file` } },
  ]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/d`), "flat");
});
