import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type Host, openHost } from "./fixture/host.ts";
import { busyboxLayer, testImages } from "./fixture/images.ts";
import { digestOf, writeLayout } from "./fixture/layout.ts";
import { run, runOk, show } from "./fixture/process.ts";
import { tar } from "./fixture/tar.ts";
import { eventually } from "./fixture/wait.ts";

const skopeo = (...args: string[]) => runOk(["skopeo", "--insecure-policy", ...args]);
const idOf = (host: Host, name: string) => host.ok(["image", "inspect", "--format", "{{.Id}}", name]);

/** podman with a store of its own below the host's folder. */
function podman(host: Host, ...args: string[]): Promise<string> {
  const store = ["--root", `${host.directory}/podman`, "--runroot", `${host.directory}/podman-run`];
  return runOk(["podman", ...store, "--storage-driver", "vfs", ...args]);
}

Deno.test("save and load give the same images again, by file and by pipe", async () => {
  await using host = await openHost({ images: ["busybox", "layered"] });
  await host.ok(["tag", "busybox", "registry.example:5000/team/bb:v1"]);
  const names = ["busybox", "layered", "registry.example:5000/team/bb:v1"];
  const ids = await Promise.all(names.map((name) => idOf(host, name)));
  await host.ok(["save", "-o", "all.tar", ...names]);
  await using other = await openHost({ images: [] });
  const loaded = await other.ok(["load", "-q", "-i", `${host.directory}/all.tar`]);
  assert.deepEqual(loaded.split("\n").sort(), [
    "Loaded image: busybox:latest",
    "Loaded image: layered:latest",
    "Loaded image: registry.example:5000/team/bb:v1",
  ]);
  assert.deepEqual(await Promise.all(names.map((name) => idOf(other, name))), ids);
  assert.equal(await other.ok(["run", "--rm", "layered", "cat", "/layered/replaced"]), "upper");
  await other.ok(["rmi", ...names]);

  const [save, load] = [host.command(["save", "layered"]), other.command(["load"])];
  const piped = ["sh", "-c", `BUDGIE_DATA_DIR=${host.data} ${save.join(" ")} | gzip | ${load.join(" ")}`];
  const result = await run(piped, { env: other.env });
  assert.equal(result.stdout, "Loaded image: layered:latest\n", show(result));
  assert.equal(await idOf(other, "layered"), ids[1]);
});

Deno.test("save by ID brings no name along, and two archives of one image are the same", async () => {
  await using host = await openHost();
  const id = await idOf(host, "busybox");
  await host.ok(["save", "-o", "one.tar", id]);
  await host.ok(["save", "-o", "two.tar", id.slice("sha256:".length, 20)]);
  const [one, two] = await Promise.all(
    ["one", "two"].map((name) => Deno.readFile(`${host.directory}/${name}.tar`)),
  );
  assert.deepEqual(one, two);
  await host.ok(["rmi", "-f", id]);
  assert.equal(await host.ok(["load", "-q", "-i", "one.tar"]), `Loaded image ID: ${id}`);
});

Deno.test("skopeo reads what save writes, as docker's archive and as an OCI archive", async () => {
  await using host = await openHost({ images: ["layered"] });
  const id = await idOf(host, "layered");
  await host.ok(["save", "-o", "a.tar", "layered"]);
  const file = `${host.directory}/a.tar`;
  for (const source of [`docker-archive:${file}:layered:latest`, `oci-archive:${file}:latest`]) {
    const copy = `${host.directory}/${source.split("-")[0]}`;
    await skopeo("copy", "--quiet", source, `dir:${copy}`);
    const manifest = JSON.parse(await Deno.readTextFile(`${copy}/manifest.json`));
    assert.equal(manifest.config.digest, id);
    assert.equal(manifest.layers.length, 3);
  }
});

Deno.test("podman loads what save writes, and load reads what podman saves in both formats", async () => {
  await using host = await openHost({ images: ["layered"] });
  const id = await idOf(host, "layered");
  await host.ok(["save", "-o", "a.tar", "layered"]);
  assert.match(
    await podman(host, "load", "-q", "-i", `${host.directory}/a.tar`),
    /docker\.io\/library\/layered/,
  );
  const theirs = await podman(host, "image", "inspect", "--format", "{{.Id}}", "docker.io/library/layered");
  assert.equal(`sha256:${theirs.trim()}`, id);
  for (const format of ["docker-archive", "oci-archive"]) {
    const file = `${host.directory}/${format}.tar`;
    await podman(host, "save", "-q", "--format", format, "-o", file, "docker.io/library/layered:latest");
    await host.ok(["rmi", "layered"]);
    assert.equal(await host.ok(["load", "-q", "-i", file]), "Loaded image: layered:latest");
    assert.equal(await host.ok(["run", "--rm", "layered", "cat", "/layered/replaced"]), "upper");
  }
});

Deno.test("load reads skopeo's archives, also compressed ones and one for several platforms", async () => {
  const { layouts } = await testImages();
  await using host = await openHost({ images: [] });
  const at = (name: string) => `${host.directory}/${name}`;
  const from = `oci:${layouts}/busybox:latest`;
  await skopeo("copy", "--quiet", from, `docker-archive:${at("d.tar")}:docker.io/library/bb:d`);
  await skopeo("copy", "--quiet", from, `oci-archive:${at("o.tar")}:example.org/bb:o`);
  await skopeo(
    "copy",
    "--quiet",
    "--all",
    `oci:${layouts}/multi:latest`,
    `oci-archive:${at("m.tar")}:multi:1`,
  );
  await runOk(["gzip", at("d.tar")]);
  await runOk(["zstd", "-q", at("o.tar")]);
  assert.equal(await host.ok(["load", "-q", "-i", "d.tar.gz"]), "Loaded image: bb:d");
  assert.equal(await host.ok(["load", "-q", "-i", "o.tar.zst"]), "Loaded image: example.org/bb:o");
  assert.equal(
    await host.ok(["load", "-q", "--platform", "linux/arm/v7", "-i", "m.tar"]),
    "Loaded image: multi:1",
  );
  const platform = ["image", "inspect", "--format", "{{.Architecture}}", "multi:1"];
  assert.equal(await host.ok(platform), "arm");
});

const bytes = (value: unknown) => JSON.stringify(value);
const config = bytes({ os: "linux", architecture: "arm64", rootfs: { type: "layers", diff_ids: [] } });
const LINK = { Config: "c.json", Layers: ["l.tar"] };
const BAD_ARCHIVES: [string, Uint8Array, RegExp][] = [
  ["no archive", new TextEncoder().encode("not a tar at all".repeat(100)), /Cannot load the archive: /],
  ["empty", new Uint8Array(), /it is empty/],
  [
    "of a root file system",
    tar([{ name: "etc/passwd", content: "" }]),
    /no image in it\nhint: .*budgie import/,
  ],
  [
    "without its files",
    tar([{ name: "manifest.json", content: bytes([LINK]) }]),
    /its file 'c.json' is missing/,
  ],
  ["with a manifest.json that is no list", tar([{ name: "manifest.json", content: "{}" }]), /it is no list/],
  [
    "with a layer that its configuration does not know",
    tar([
      { name: "c.json", content: config },
      { name: "l.tar", content: "x" },
      { name: "manifest.json", content: bytes([LINK]) },
    ]),
    /it has 1 layers, but its configuration has 0 diffIDs/,
  ],
  [
    "with names that lead outside",
    tar([{ name: "manifest.json", content: bytes([{ Config: "../../../../etc/passwd", Layers: [] }]) }]),
    /its file '\.\.\/.*' is missing/,
  ],
  [
    "whose index names a manifest that is not in it",
    tar([{
      name: "index.json",
      content: bytes({
        schemaVersion: 2,
        manifests: [{
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: `sha256:${"0".repeat(64)}`,
          size: 1,
        }],
      }),
    }]),
    /is not in the archive/,
  ],
];

Deno.test("load says what is wrong with an archive, and leaves nothing of it", async () => {
  await using host = await openHost({ images: [] });
  for (const [name, archive, expected] of BAD_ARCHIVES) {
    const result = await host.budgie(["load"], { stdin: archive });
    assert.equal(result.code, 1, `${name}: ${show(result)}`);
    assert.match(result.stderr, expected, name);
    assert.deepEqual(Array.from(Deno.readDirSync(`${host.data}/tmp`)), [], name);
  }
  assert.equal(await host.ok(["images", "-q"]), "");
});

Deno.test("load refuses half an archive, and save a blob that is damaged", async () => {
  await using host = await openHost({ images: ["layered"] });
  await host.ok(["save", "-o", "a.tar", "layered"]);
  const archive = await Deno.readFile(`${host.directory}/a.tar`);
  const truncated = await host.budgie(["load"], { stdin: archive.subarray(0, archive.length / 2) });
  assert.equal(truncated.code, 1, show(truncated));
  assert.match(truncated.stderr, /^Error: Cannot load the archive: /);
  const blobs = `${host.data}/images/blobs/sha256`;
  const [largest] = Array.from(Deno.readDirSync(blobs), ({ name }) => `${blobs}/${name}`)
    .sort((one, other) => Deno.statSync(other).size - Deno.statSync(one).size);
  const damaged = await Deno.readFile(largest);
  damaged[damaged.length >> 1] ^= 1;
  await Deno.writeFile(largest, damaged);
  const saved = await host.budgie(["save", "-o", "b.tar", "layered"]);
  assert.match(saved.stderr, /Cannot save blob sha256:\w+: its file is damaged\nhint: Pull/, show(saved));
  await assert.rejects(Deno.stat(`${host.directory}/b.tar`), Deno.errors.NotFound);
});

Deno.test("a load that was killed leaves nothing visible, and the next one loads all and sweeps", async () => {
  await using host = await openHost({ images: [] });
  const noise = () => tar([{ name: "noise", content: randomBytes(8_000_000) }]);
  await writeLayout(`${host.directory}/layout`, [{ layers: [await busyboxLayer(), noise(), noise()] }]);
  const file = `${host.directory}/a.tar`;
  await skopeo(
    "copy",
    "--quiet",
    `oci:${host.directory}/layout:latest`,
    `oci-archive:${file}:example.org/big:1`,
  );
  const archive = await Deno.readFile(file);
  const temporaries = `${host.data}/tmp`;
  const temporary = () => namesIn(temporaries);
  /** What can be seen when it is time for the kill, and how much of the archive has been given until then. */
  const moments: [string, number, () => boolean][] = [
    [
      "half of the archive is here",
      archive.length >> 1,
      () => spooledBytes(temporaries) > archive.length / 3,
    ],
    [
      "a layer is being unpacked",
      archive.length,
      () => temporary().some((name) => /^layer-[0-9a-f]{64}$/.test(name)),
    ],
    ["the first layer is in its place", archive.length, () => namesIn(`${host.data}/layers`).length > 1],
  ];
  for (const [moment, given, isNow] of moments) {
    await host.ok(["image", "prune", "-af"]);
    const child = host.spawn(["load"], { stdin: "piped" });
    const feeding = give(child, archive.subarray(0, given), { end: given === archive.length });
    await eventually(moment, isNow);
    child.kill("SIGKILL");
    assert.equal((await child.output()).signal, "SIGKILL", moment);
    await feeding;
    await child.stdin.close().catch(() => {});
    assert.notDeepEqual(temporary(), [], moment);
    assert.equal(await host.ok(["images", "-aq"]), "", moment);
    const blobs = `${host.data}/images/blobs/sha256`;
    for (const name of namesIn(blobs)) {
      assert.equal(digestOf(await Deno.readFile(`${blobs}/${name}`)), `sha256:${name}`, moment);
    }
    assert.equal(await host.ok(["load", "-q", "-i", "a.tar"]), "Loaded image: example.org/big:1", moment);
    assert.deepEqual(temporary(), [], moment);
  }
  assert.equal(await host.ok(["run", "--rm", "example.org/big:1", "wc", "-c", "/noise"]), "8000000 /noise");
});

function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name);
}

/** Of the archive, as far as it is on the disk. */
function spooledBytes(temporaries: string): number {
  const [spool] = namesIn(temporaries).filter((name) => name.startsWith("layer-import-"));
  if (spool === undefined) return 0;
  const files = namesIn(`${temporaries}/${spool}`).map((name) => `${temporaries}/${spool}/${name}`);
  return files.reduce((sum, path) => sum + Deno.statSync(path).size, 0);
}

async function give(child: Deno.ChildProcess, bytes: Uint8Array, { end }: { end: boolean }): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(bytes);
    if (end) await writer.close();
  } catch {
    // It was killed before it had read all.
  } finally {
    writer.releaseLock();
  }
}
