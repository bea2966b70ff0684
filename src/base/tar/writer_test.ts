import assert from "node:assert/strict";
import type { TarEntry } from "./entry.ts";
import { readTar } from "./reader.ts";
import { inPieces, joinBytes } from "./testing.ts";
import { writeTar } from "./writer.ts";

type Made = Partial<Omit<TarEntry, "content">> & { bytes?: Uint8Array };

function entry({ bytes = new Uint8Array(), ...fields }: Made): TarEntry {
  return {
    kind: "file",
    name: "name",
    linkName: "",
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: { seconds: 1_700_000_000, nanoseconds: 0 },
    size: bytes.length,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    ...fields,
    async *content() {
      if (bytes.length > 0) yield await Promise.resolve({ offset: 0, bytes });
    },
  };
}

async function archiveOf(entries: TarEntry[]): Promise<Uint8Array> {
  return joinBytes(...await Array.fromAsync(writeTar(entries)));
}

async function readBack(archive: Uint8Array) {
  const entries = [];
  for await (const { content, ...entry } of readTar(inPieces(archive))) {
    const bytes = new Uint8Array(Math.min(entry.size, 1e6));
    for await (const piece of content()) bytes.set(piece.bytes, piece.offset);
    entries.push({ ...entry, bytes });
  }
  return entries;
}

const HARD_TO_WRITE: Made[] = [
  { kind: "directory", name: "folder/", mode: 0o1777 },
  { name: "folder/file", bytes: new Uint8Array(1000).fill(7), mode: 0o4755, uid: 1234, gid: 50 },
  { kind: "hardlink", name: "folder/link", linkName: "folder/file" },
  { kind: "symlink", name: "symlink", linkName: "../anywhere", mode: 0o777 },
  { kind: "fifo", name: "fifo" },
  { kind: "character", name: "null", deviceMajor: 1, deviceMinor: 3 },
  { kind: "block", name: "disk", deviceMajor: 4095, deviceMinor: 1048575 },
  { name: `${"long/".repeat(60)}name`, bytes: new Uint8Array([1]) },
  { kind: "directory", name: `${"d".repeat(100)}/` },
  { kind: "symlink", name: "far", linkName: "x".repeat(3000) },
  { name: "\xff\xfe not UTF-8" },
  { name: `${"\xff".repeat(200)}` },
  { name: "owned", uid: 4294967294, gid: 2097152 },
  { name: "precise", mtime: { seconds: 1_700_000_000, nanoseconds: 123_456_700 } },
  { name: "old", mtime: { seconds: -2, nanoseconds: 500_000_000 } },
  { name: "older", mtime: { seconds: -5, nanoseconds: 0 } },
  { name: "far future", mtime: { seconds: 2 ** 40, nanoseconds: 0 } },
  { name: "attributed", xattrs: new Map([["user.a", new Uint8Array([0, 10, 61, 255])]]) },
];

for (const made of HARD_TO_WRITE) {
  Deno.test(`readTar() reads what writeTar() wrote: ${made.kind ?? "file"} ${made.name?.slice(0, 20)}`, async () => {
    const { content: _, ...expected } = entry(made);
    const [read] = await readBack(await archiveOf([entry(made)]));
    assert.deepEqual(read, { ...expected, bytes: made.bytes ?? new Uint8Array() });
  });
}

Deno.test("writeTar() writes the same bytes for the same entries, in whole blocks", async () => {
  const [once, again] = [
    await archiveOf(HARD_TO_WRITE.map(entry)),
    await archiveOf(HARD_TO_WRITE.map(entry)),
  ];
  assert.deepEqual(once, again);
  assert.equal(once.length % 512, 0);
});

Deno.test("GNU tar reads what writeTar() wrote", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const known = HARD_TO_WRITE.filter(({ name }) => !name?.includes("\xff"));
    await Deno.writeFile(`${directory}/archive`, await archiveOf(known.map(entry)));
    const { code, stdout, stderr } = await new Deno.Command("tar", {
      args: ["-tvf", `${directory}/archive`, "--numeric-owner", "--full-time"],
      env: { LC_ALL: "C", TZ: "UTC" },
    }).output();
    const listing = new TextDecoder().decode(stdout);
    assert.deepEqual([code, new TextDecoder().decode(stderr).replace(/.*(future|implausibly).*\n/g, "")], [
      0,
      "",
    ]);
    assert.equal(listing.trim().split("\n").length, known.length);
    assert.match(listing, /^-rwsr-xr-x 1234\/50 +1000 2023-11-14 22:13:20 folder\/file$/m);
    assert.match(listing, /^hrw-r--r-- 0\/0 +0 .* folder\/link link to folder\/file$/m);
    assert.match(listing, /^crw-r--r-- 0\/0 +1,3 .* null$/m);
    assert.match(listing, /^-rw-r--r-- 4294967294\/2097152 /m);
    assert.match(listing, /22:13:20\.1234567 precise$/m);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("writeTar() states a size beyond 8 GiB in a PAX record", async () => {
  // The content is never read to its end: the header is all that is looked at.
  const large = entry({ name: "large", size: 2 ** 33, bytes: new Uint8Array([1]) });
  for await (const chunk of writeTar([large])) {
    for await (const { size } of readTar(inPieces(chunk))) {
      assert.equal(size, 2 ** 33);
      return;
    }
  }
});

for (const [what, size] of [["more", 3], ["less", 2000]] as const) {
  Deno.test(`writeTar() keeps to the size that it announced, where the content has ${what}`, async () => {
    const file = entry({ name: "log", bytes: new Uint8Array(700).fill(9), size });
    const [read, next] = await readBack(await archiveOf([file, entry({ name: "next" })]));
    const expected = new Uint8Array(size).fill(9, 0, Math.min(size, 700));
    assert.deepEqual([read.bytes, next.name], [expected, "next"]);
  });
}

Deno.test("writeTar() writes a hole as zeros", async () => {
  const sparse = {
    ...entry({ size: 100_000 }),
    async *content() {
      yield await Promise.resolve({ offset: 99_999, bytes: new Uint8Array([1]) });
    },
  };
  const [{ bytes }] = await readBack(await archiveOf([sparse]));
  assert.deepEqual([bytes.indexOf(1), bytes.length], [99_999, 100_000]);
});
