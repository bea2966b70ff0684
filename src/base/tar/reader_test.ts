import assert from "node:assert/strict";
import { bytesOf, inPieces, joinBytes, makeEntry, makeTar, paxRecords } from "./testing.ts";
import type { TarEntry } from "./entry.ts";
import { readTar } from "./reader.ts";
import { TarError } from "./tar_error.ts";

type ReadEntry = Omit<TarEntry, "content"> & { bytes: Uint8Array };

async function readAll(archive: Uint8Array, pieceBytes?: number): Promise<ReadEntry[]> {
  const entries: ReadEntry[] = [];
  for await (const { content, ...entry } of readTar(inPieces(archive, pieceBytes))) {
    const bytes = new Uint8Array(entry.size);
    for await (const piece of content()) bytes.set(piece.bytes, piece.offset);
    entries.push({ ...entry, bytes });
  }
  return entries;
}

async function gnuTar(directory: string, ...args: string[]): Promise<Uint8Array> {
  const { success, stdout, stderr } = await new Deno.Command("tar", {
    args: ["-C", directory, "-c", ...args],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return stdout;
}

for (const format of ["v7", "oldgnu", "gnu", "ustar", "posix"]) {
  Deno.test(`readTar() reads what GNU tar writes in its format ${format}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const folder = `${"f".repeat(40)}/${"g".repeat(40)}`;
      const long = format === "v7" ? `${folder}/short` : `${folder}/${"n".repeat(60)}`;
      await Deno.mkdir(`${directory}/${folder}`, { recursive: true });
      await Deno.writeTextFile(`${directory}/${long}`, "content\n".repeat(1000));
      await Deno.chmod(`${directory}/${long}`, 0o4751);
      await Deno.utime(`${directory}/${long}`, 1_000_000_000, 1_000_000_000);
      await Deno.symlink("to/somewhere", `${directory}/symlink`);
      await Deno.writeTextFile(`${directory}/hard`, "");
      await Deno.link(`${directory}/hard`, `${directory}/hard2`);

      const members = [folder.split("/")[0], "hard", "hard2", "symlink"];
      const archive = await gnuTar(directory, `--format=${format}`, ...members);
      const entries = await readAll(archive);

      assert.deepEqual(
        entries.map(({ kind, name, linkName }) => [kind, name, linkName]),
        [
          ["directory", `${folder.split("/")[0]}/`, ""],
          ["directory", `${folder}/`, ""],
          ["file", long, ""],
          ["file", "hard", ""],
          ["hardlink", "hard2", "hard"],
          ["symlink", "symlink", "to/somewhere"],
        ],
      );
      const file = entries[2];
      assert.equal(file.mode, 0o4751);
      assert.equal(file.mtime.seconds, 1_000_000_000);
      assert.equal(new TextDecoder().decode(file.bytes), "content\n".repeat(1000));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

for (const format of ["gnu", "posix"]) {
  Deno.test(`readTar() reads names and link targets of 1,500 bytes in GNU tar's format ${format}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const folder = Array(7).fill("d".repeat(200)).join("/");
      await Deno.mkdir(`${directory}/${folder}`, { recursive: true });
      await Deno.symlink(`${folder}/${"t".repeat(90)}`, `${directory}/${folder}/${"s".repeat(90)}`);
      const entries = await readAll(
        await gnuTar(directory, `--format=${format}`, "--no-recursion", `${folder}/${"s".repeat(90)}`),
      );
      assert.deepEqual(entries.map(({ name, linkName }) => [name, linkName]), [
        [`${folder}/${"s".repeat(90)}`, `${folder}/${"t".repeat(90)}`],
      ]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

for (
  const version of [["--format=gnu"], ["--format=posix", "--sparse-version=0.0"], [
    "--format=posix",
    "--sparse-version=0.1",
  ], ["--format=posix", "--sparse-version=1.0"]]
) {
  Deno.test(`readTar() puts the data of a file with holes in its place (${version.join(" ")})`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const file = await Deno.open(`${directory}/holes`, { write: true, create: true });
      // More runs than a header block holds, and a hole at the end.
      for (let i = 0; i < 40; i++) {
        await file.seek(i * 65536, Deno.SeekMode.Start);
        await file.write(new TextEncoder().encode(`run ${i}`));
      }
      await file.truncate(50 * 65536);
      file.close();
      await Deno.writeTextFile(`${directory}/next`, "next");

      const archive = await gnuTar(directory, "--sparse", ...version, "holes", "next");
      assert.ok(archive.length < 40 * 65536, "the file was stored without its holes");
      const [holes, next] = await readAll(archive, 700);

      assert.equal(holes.name, "holes");
      assert.deepEqual(holes.bytes, await Deno.readFile(`${directory}/holes`));
      assert.equal(new TextDecoder().decode(next.bytes), "next");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("readTar() does not mind how the bytes are cut", async () => {
  const archive = makeTar([
    { name: "a", content: "x".repeat(1300), pax: { path: "long/".repeat(50), mtime: "1.5" } },
    { name: "b", content: "y" },
  ]);
  const whole = await readAll(archive);
  assert.deepEqual(await readAll(archive, 1), whole);
  assert.deepEqual(await readAll(archive, 511), whole);
});

Deno.test("readTar() takes name, link, owner, size, time and attributes from a PAX header", async () => {
  const [entry, after] = await readAll(makeTar([
    {
      name: "short",
      size: 0,
      content: "12345",
      pax: {
        path: "l\xc3\xa4nger",
        linkpath: "ziel",
        uid: "3000000",
        gid: "3000001",
        size: "5",
        mtime: "1700000000.123456789123",
        uname: "nobody",
        "SCHILY.xattr.user.binary": "a\0\n=b",
      },
    },
    { name: "after" },
  ]));
  assert.equal(entry.name, "l\xc3\xa4nger");
  assert.equal(entry.linkName, "ziel");
  assert.deepEqual([entry.uid, entry.gid], [3000000, 3000001]);
  assert.equal(new TextDecoder().decode(entry.bytes), "12345");
  assert.deepEqual(entry.mtime, { seconds: 1_700_000_000, nanoseconds: 123_456_789 });
  assert.deepEqual([...entry.xattrs], [["user.binary", bytesOf("a\0\n=b")]]);
  assert.deepEqual([after.name, after.uid, after.xattrs.size], ["after", 0, 0]);
});

Deno.test("readTar() reads a PAX time before 1970 with a fraction", async () => {
  const [entry] = await readAll(makeTar([{ name: "old", pax: { mtime: "-1.25" } }]));
  assert.deepEqual(entry.mtime, { seconds: -2, nanoseconds: 750_000_000 });
});

Deno.test("readTar() reads base-256 numbers, also negative ones", async () => {
  const [entry] = await readAll(makeTar([{
    name: "numbers",
    uid: "\x80\0\0\0\x00\x3d\x09\x00",
    gid: "\xff\xff\xff\xff\xff\xff\xff\xfe",
    mtime: "\xff".repeat(12),
  }]));
  assert.deepEqual([entry.uid, entry.gid, entry.mtime.seconds], [4_000_000, -2, -1]);
});

Deno.test("readTar() passes over a global PAX header, as docker does", async () => {
  const entries = await readAll(makeTar([
    { name: "pax_global_header", type: "g", content: paxRecords({ comment: "a commit", path: "elsewhere" }) },
    { name: "here" },
  ]));
  assert.deepEqual(entries.map(({ name }) => name), ["here"]);
});

Deno.test("readTar() joins the prefix of ustar, and not what GNU has at its place", async () => {
  const raw = { 345: "prefix" };
  const entries = await readAll(makeTar([{ name: "n", raw }, { name: "n", raw, magic: "ustar  \0" }]));
  assert.deepEqual(entries.map(({ name }) => name), ["prefix/n", "n"]);
});

Deno.test("readTar() takes links, devices, FIFOs, contiguous files and old directories for what they are", async () => {
  const entries = await readAll(makeTar([
    { name: "hard", type: "1", linkName: "x", size: 9000 },
    { name: "soft", type: "2", linkName: "x" },
    { name: "char", type: "3", device: [5, 1] },
    { name: "block", type: "4", device: [8, 300] },
    { name: "fifo", type: "6" },
    { name: "contiguous", type: "7", content: "c" },
    { name: "old/", type: "\0" },
    { name: "label", type: "V" },
  ]));
  assert.deepEqual(
    entries.map(({ kind, size, deviceMajor, deviceMinor }) => [kind, size, deviceMajor, deviceMinor]),
    [
      ["hardlink", 0, 0, 0],
      ["symlink", 0, 0, 0],
      ["character", 0, 5, 1],
      ["block", 0, 8, 300],
      ["fifo", 0, 0, 0],
      ["file", 1, 0, 0],
      ["directory", 0, 0, 0],
    ],
  );
});

Deno.test("readTar() keeps names that are not UTF-8", async () => {
  const [entry] = await readAll(makeTar([{ name: "caf\xe9" }]));
  assert.equal(entry.name, "caf\xe9");
});

Deno.test("readTar() passes over content that nobody reads", async () => {
  const names: string[] = [];
  const archive = makeTar([
    { name: "a", content: "x".repeat(5000) },
    { name: "b", content: "y".repeat(512) },
    { name: "c" },
  ]);
  for await (const entry of readTar(inPieces(archive, 100))) names.push(entry.name);
  assert.deepEqual(names, ["a", "b", "c"]);
});

Deno.test("readTar() reads to the end of its source, behind the end marker", async () => {
  let seen = 0;
  const archive = joinBytes(makeTar([{ name: "a" }]), bytesOf("garbage".repeat(1000)));
  async function* counted() {
    for await (const piece of inPieces(archive, 999)) {
      seen += piece.length;
      yield piece;
    }
  }
  assert.equal((await Array.fromAsync(readTar(counted()))).length, 1);
  assert.equal(seen, archive.length);
});

Deno.test("readTar() closes its source when the reader stops", async () => {
  let closed = false;
  async function* source() {
    try {
      yield* inPieces(makeTar([{ name: "a" }, { name: "b" }]), 512);
    } finally {
      closed = true;
    }
  }
  for await (const _ of readTar(source())) break;
  assert.ok(closed);
});

Deno.test("readTar() accepts an archive that just stops between entries", async () => {
  assert.equal((await readAll(makeEntry({ name: "a", content: "b" }))).length, 1);
  assert.equal((await readAll(new Uint8Array(0))).length, 0);
});

const flipped = makeTar([{ name: "a" }]);
flipped[0] ^= 1;

const WRONG: [name: string, archive: Uint8Array, reason: RegExp][] = [
  ["a wrong checksum", flipped, /wrong checksum/],
  ["text that is no archive", bytesOf("hello ".repeat(200)), /checksum|number/],
  ["an archive that ends in a header", makeTar([{ name: "a" }]).subarray(0, 300), /ends in the middle/],
  [
    "an archive that ends in a file",
    makeTar([{ name: "a", content: "x".repeat(900) }]).subarray(0, 1000),
    /ends in the middle/,
  ],
  [
    "an archive that ends in the padding of a file",
    makeEntry({ name: "a", content: "x" }).subarray(0, 600),
    /ends in the middle/,
  ],
  [
    "an archive that ends in a PAX header",
    makeEntry({ name: "a", pax: { path: "b" } }).subarray(0, 600),
    /ends in the middle/,
  ],
  [
    "a block of zeros between entries",
    joinBytes(new Uint8Array(512), makeTar([{ name: "a" }])),
    /block of zeros/,
  ],
  ["an unknown type", makeTar([{ name: "a", type: "M" }]), /'a' is of the unknown type 'M'/],
  ["a size that is no number", makeTar([{ name: "a", size: "12x45" }]), /number/],
  ["a negative size", makeTar([{ name: "a", size: "\xff".repeat(12) }]), /negative size/],
  ["a size beyond 2^53", makeTar([{ name: "a", size: `\x80\0\0\0\x7f${"\xff".repeat(7)}` }]), /too large/],
  [
    "a PAX header of more than 1 MiB",
    makeTar([{ name: "a", type: "x", size: 2 ** 20 + 1 }]),
    /1048577 bytes/,
  ],
  [
    "a PAX header of 8 GiB",
    makeTar([{ name: "a", type: "x", size: "\x80\0\0\0\0\0\0\x02\0\0\0\0" }]),
    /8589934592 bytes/,
  ],
  ["a long name of more than 1 MiB", makeTar([{ name: "a", type: "L", size: 2 ** 21 }]), /2097152 bytes/],
  ["a NUL in a PAX path", makeTar([{ name: "a", pax: { path: "a\0b" } }]), /NUL/],
  ["a NUL in a PAX link", makeTar([{ name: "a", pax: { linkpath: "a\0b" } }]), /NUL/],
  [
    "a PAX record that is longer than the header",
    makeTar([{ name: "a", type: "x", content: "99 path=b\n" }]),
    /wrong length/,
  ],
  ["a PAX record of length 0", makeTar([{ name: "a", type: "x", content: "0 path=b\n" }]), /wrong length/],
  [
    "a PAX record without a newline",
    makeTar([{ name: "a", type: "x", content: "9 path=bc" }]),
    /wrong length/,
  ],
  ["a PAX record without a key", makeTar([{ name: "a", type: "x", content: "5 =b\n" }]), /without a key/],
  ["a PAX size that is no number", makeTar([{ name: "a", pax: { size: "-5" } }]), /number/],
  ["a PAX time that is none", makeTar([{ name: "a", pax: { mtime: "noon" } }]), /time/],
  ["a sparse map that goes back", sparse("0,10,5,10", 20, 100), /wrong map/],
  ["a sparse map that ends behind the file", sparse("0,10,90,20", 30, 100), /does not fit/],
  ["a sparse map with more data than stored", sparse("0,10,20,20", 20, 100), /does not fit/],
  ["a sparse map of an odd length", sparse("0,10,20", 10, 100), /wrong map/],
  [
    "a sparse map of an unknown version",
    makeTar([{ name: "a", pax: { "GNU.sparse.major": "2", "GNU.sparse.minor": "0" } }]),
    /unknown way/,
  ],
  [
    "a sparse map in the data that does not end",
    makeTar([{
      name: "a",
      pax: { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "10" },
      content: "99999999\n".repeat(100),
    }]),
    /does not end/,
  ],
];

function sparse(map: string, storedBytes: number, size: number): Uint8Array {
  const pax = { "GNU.sparse.map": map, "GNU.sparse.size": String(size) };
  return makeTar([{ name: "a", pax, content: "x".repeat(storedBytes) }]);
}

for (const [name, archive, reason] of WRONG) {
  Deno.test(`readTar() refuses ${name}`, async () => {
    await assert.rejects(
      readAll(archive),
      (error) => error instanceof TarError && reason.test(error.message),
    );
  });
}
