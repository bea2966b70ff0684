import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { digestOf } from "../../../oci/digest.ts";
import { byteString } from "../../base/tar/byte_string.ts";
import { bytesOf, inPieces, joinBytes, makeTar } from "../../base/tar/testing.ts";
import { SystemError } from "../../linux/libc.ts";
import { getXattr } from "../../linux/xattr.ts";
import { LayerError } from "./layer_error.ts";
import { LIMITS, unpackBytes, unpackEntries } from "./testing.ts";
import { unpackLayer } from "./unpack.ts";

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return byteString(stdout);
}

function listing(directory: string): Promise<string> {
  const script =
    `cd "$1"; find . -printf '%p %y %m %U %G %n %T@ %l ' \\( -type d -printf '\\n' -o -printf '%s\\n' \\) | LC_ALL=C sort`;
  return run("sh", "-c", script, "sh", directory);
}

Deno.test("unpackLayer() makes of a part of this machine's file system what tar -x makes of it", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const archive = `${directory}/layer.tar`;
    const members = ["etc", "usr/sbin", "usr/share/zoneinfo", "usr/lib/terminfo", "dev/null", "dev/zero"];
    const existing = members.filter((member) => readable(`/${member}`));
    await run("tar", "-C", "/", "--format=posix", "-cf", archive, ...existing);
    for (const folder of ["ours", "theirs"]) await Deno.mkdir(`${directory}/${folder}`);
    await run("tar", "-C", `${directory}/theirs`, "-xpf", archive);

    const file = await Deno.open(archive);
    const mediaType = "application/vnd.oci.image.layer.v1.tar";
    const { diffID } = await unpackLayer(file.readable, {
      directory: `${directory}/ours`,
      mediaType,
      limits: LIMITS,
    });

    assert.equal(diffID, digestOf(await Deno.readFile(archive)));
    const [ours, theirs] = [await listing(`${directory}/ours`), await listing(`${directory}/theirs`)];
    assert.deepEqual(entriesOf(ours), entriesOf(theirs));
    assert.ok(entriesOf(ours).length > 1000, "there was something to compare");
    await run("diff", "-r", "--no-dereference", `${directory}/ours/etc`, `${directory}/theirs/etc`);
    await run("diff", "-r", "--no-dereference", `${directory}/ours/usr/sbin`, `${directory}/theirs/usr/sbin`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

// Folders that no entry describes have the time of their making.
function entriesOf(listing: string): string[] {
  return listing.trimEnd().split("\n").filter((line) => !/^\.(\/usr(\/share|\/lib)?|\/dev)? d /.test(line));
}

function readable(path: string): boolean {
  try {
    return Boolean(Deno.lstatSync(path));
  } catch {
    return false;
  }
}

Deno.test("unpackLayer() sets owner, mode and time, in an order in which none undoes another", async () => {
  using layer = await unpackEntries([
    { name: "program", mode: 0o6755, uid: 12, gid: 34, content: "x", pax: { mtime: "1000000000.123456789" } },
    { name: "shared", type: "5", mode: 0o3777, uid: 56, gid: 78, mtime: 1_100_000_000 },
    { name: "shared/file", mode: 0o600 },
    { name: "link", type: "2", linkName: "/nowhere", uid: 5, gid: 6, mtime: 1_200_000_000 },
  ]);
  assert.equal(
    await run(
      "stat",
      "-c",
      "%n %a %u:%g %.9Y",
      ...["program", "shared", "shared/file"].map((name) => `${layer.path}/${name}`),
    ),
    `${layer.path}/program 6755 12:34 1000000000.123456789\n` +
      `${layer.path}/shared 3777 56:78 1100000000.000000000\n` +
      `${layer.path}/shared/file 600 0:0 1700000000.000000000\n`,
  );
  assert.equal(await run("stat", "-c", "%u:%g %Y", `${layer.path}/link`), "5:6 1200000000\n");
});

Deno.test("unpackLayer() keeps file capabilities", async () => {
  // struct vfs_cap_data, revision 2: cap_net_raw permitted and effective.
  const capability = "\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
  using layer = await unpackEntries([
    {
      name: "ping",
      mode: 0o755,
      uid: 1,
      content: "x",
      pax: { "SCHILY.xattr.security.capability": capability },
    },
  ]);
  assert.match(await run("/usr/sbin/getcap", `${layer.path}/ping`), /ping cap_net_raw=ep/);
});

Deno.test("unpackLayer() sets user attributes, and passes over labels of another machine's policy", async () => {
  using layer = await unpackEntries([{
    name: "file",
    pax: {
      "SCHILY.xattr.user.origin": "a\0b",
      "SCHILY.xattr.security.selinux": "label",
      "SCHILY.xattr.other.x": "y",
    },
  }]);
  assert.deepEqual(getXattr(`${layer.path}/file`, "user.origin"), bytesOf("a\0b"));
  assert.equal(getXattr(`${layer.path}/file`, "security.selinux"), undefined);
});

Deno.test("unpackLayer() makes devices, FIFOs, hard links and links between links", async () => {
  using layer = await unpackEntries([
    { name: "dev/null", type: "3", mode: 0o666, device: [1, 3], uid: 1 },
    { name: "dev/disk", type: "4", mode: 0o660, device: [259, 300] },
    { name: "fifo", type: "6", mode: 0o622 },
    { name: "a", content: "shared" },
    { name: "b", type: "1", linkName: "./a" },
    { name: "c", type: "1", linkName: "/b" },
    { name: "soft", type: "2", linkName: "a" },
    { name: "soft2", type: "1", linkName: "soft" },
  ]);
  assert.equal(
    await run(
      "sh",
      "-c",
      `cd ${layer.path}; stat -c '%n %F %a %u %Hr:%Lr %h' dev/null dev/disk fifo c soft2`,
    ),
    "dev/null character special file 666 1 1:3 1\n" +
      "dev/disk block special file 660 0 259:300 1\n" +
      "fifo fifo 622 0 0:0 1\n" +
      "c regular file 644 0 0:0 3\n" +
      "soft2 symbolic link 777 0 0:0 2\n",
  );
});

Deno.test("unpackLayer() keeps holes", async () => {
  const pax = {
    "GNU.sparse.map": "1048576,5,4194304,0",
    "GNU.sparse.size": "4194304",
    "GNU.sparse.name": "holes",
  };
  using layer = await unpackEntries([{ name: "GNUSparseFile.0/holes", content: "12345", pax }]);
  const { size, blocks } = await Deno.stat(`${layer.path}/holes`);
  assert.equal(size, 4_194_304);
  assert.ok(blocks! * 512 < 1_000_000, `${blocks} blocks`);
  assert.equal(
    new TextDecoder().decode((await Deno.readFile(`${layer.path}/holes`)).subarray(1048576, 1048581)),
    "12345",
  );
  assert.equal(layer.unpackedBytes, 5);
});

Deno.test("unpackLayer() keeps names that are not UTF-8, and can replace them", async () => {
  using layer = await unpackEntries([
    { name: "caf\xe9/x", content: "a" },
    { name: "caf\xe9", content: "b" },
    { name: "stra\xc3\x9fe", content: "c" },
  ]);
  assert.equal(await run("find", layer.path, "-type", "f", "-name", "caf*"), `${layer.path}/caf\xe9\n`);
  assert.equal(await Deno.readTextFile(`${layer.path}/straße`), "c");
});

Deno.test("unpackLayer() lets the later of two entries count", async () => {
  using layer = await unpackEntries([
    { name: "file", content: "old", mode: 0o600 },
    { name: "file", content: "new", mode: 0o640 },
    { name: "folder/kept", content: "k" },
    { name: "folder", type: "5", mode: 0o700 },
    { name: "gone/x/y/z", content: "g" },
    { name: "gone", content: "now a file" },
    { name: "link", type: "2", linkName: "file" },
    { name: "link", content: "no longer a link" },
    { name: "other", type: "2", linkName: "folder" },
    { name: "other", type: "5", mode: 0o711 },
    { name: "other/inside", content: "i" },
    { name: "node", type: "3", device: [1, 3] },
    { name: "node", type: "2", linkName: "file" },
  ]);
  const read = (name: string) => Deno.readTextFileSync(`${layer.path}/${name}`);
  assert.deepEqual(["file", "folder/kept", "gone", "link", "other/inside", "node"].map(read), [
    "new",
    "k",
    "now a file",
    "no longer a link",
    "i",
    "new",
  ]);
  assert.deepEqual([...Deno.readDirSync(`${layer.path}/folder`)].length, 1);
  assert.equal(Deno.lstatSync(`${layer.path}/folder`).mode! & 0o7777, 0o700);
});

Deno.test("unpackLayer() keeps a file that is linked to itself", async () => {
  using layer = await unpackEntries([
    { name: "a", content: "here" },
    { name: "a", type: "1", linkName: "a" },
    { name: "b", type: "1", linkName: "a" },
    { name: "a", type: "1", linkName: "b" },
  ]);
  assert.equal(Deno.readTextFileSync(`${layer.path}/a`), "here");
  assert.equal(Deno.readTextFileSync(`${layer.path}/b`), "here");
});

Deno.test("unpackLayer() makes folders that no entry describes, whatever the umask", async () => {
  const umask = Deno.umask(0o077);
  try {
    using layer = await unpackEntries([{ name: "/a/b/c", content: "x", mode: 0o664 }]);
    assert.equal(
      await run("stat", "-c", "%a %u:%g", `${layer.path}/a`, `${layer.path}/a/b`, `${layer.path}/a/b/c`),
      "755 0:0\n755 0:0\n664 0:0\n",
    );
  } finally {
    Deno.umask(umask);
  }
});

Deno.test("unpackLayer() gives the layer's own folder the metadata of './'", async () => {
  using layer = await unpackEntries([{ name: "./", type: "5", mode: 0o751, uid: 7, mtime: 1_000_000_000 }, {
    name: "./x",
  }]);
  assert.equal(await run("stat", "-c", "%a %u %Y", layer.path), "751 7 1000000000\n");
});

Deno.test("unpackLayer() hashes what lies behind the end of the archive", async () => {
  const bytes = joinBytes(makeTar([{ name: "a" }]), new Uint8Array(9000).fill(1));
  using layer = await unpackBytes(bytes);
  assert.equal(layer.diffID, digestOf(bytes));
});

Deno.test("unpackLayer() stops when it is told to, with the signal's reason", async () => {
  const directory = await Deno.makeTempDir();
  const controller = new AbortController();
  const reason = new Error("enough");
  async function* source() {
    const tar = makeTar([{ name: "large", content: new Uint8Array(4_000_000) }, { name: "never" }]);
    for await (const piece of inPieces(tar)) {
      yield piece;
      controller.abort(reason);
    }
  }
  const options = { directory, mediaType: "application/vnd.oci.image.layer.v1.tar", limits: LIMITS };
  await assert.rejects(
    unpackLayer(source(), { ...options, signal: controller.signal }),
    (error) => error === reason,
  );
  assert.deepEqual([...Deno.readDirSync(directory)].map(({ name }) => name), ["large"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("unpackLayer() passes on the error of its source as it is, and closes all its files", async () => {
  const directory = await Deno.makeTempDir();
  const broken = new SystemError("write", 28, "where the caller keeps the blob");
  async function* source() {
    let pieces = 0;
    const tar = makeTar([{ name: "a/b/c" }, { name: "large", content: new Uint8Array(4_000_000) }]);
    for await (const piece of inPieces(tar)) {
      if (++pieces > 20) throw broken;
      yield piece;
    }
  }
  const options = { directory, mediaType: "application/vnd.oci.image.layer.v1.tar", limits: LIMITS };
  const open = () => readdirSync("/proc/self/fd").length;
  const before = open();
  await assert.rejects(unpackLayer(source(), options), (error) => error === broken);
  assert.equal(open(), before);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("unpackLayer() names the entry that it failed at", async () => {
  const failing = unpackEntries([{ name: "fine" }, { name: "bad\x1b[31m\n", uid: "\xff".repeat(8) }]);
  await assert.rejects(failing, (error) => {
    assert.ok(error instanceof LayerError);
    assert.equal(
      error.message,
      "Cannot unpack 'bad\\u001b[31m\\u000a' of the layer: its owner -1:0 is out of range",
    );
    return true;
  });
});

Deno.test("unpackLayer() refuses a media type that is no layer's", async () => {
  const options = { directory: "/nonexistent", mediaType: "text/plain", limits: LIMITS };
  await assert.rejects(unpackLayer(inPieces(new Uint8Array(0)), options), /media type 'text\/plain'/);
});
