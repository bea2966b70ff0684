import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { BudgieError } from "../base/errors.ts";
import { digestOf } from "../../oci/digest.ts";
import { findImage } from "./find.ts";
import { importImage } from "./import.ts";
import { layerDirectory } from "./layer_store.ts";
import { listImages } from "./list.ts";
import { makeImageStore } from "./testing/image_store.ts";
import { inChunks, tarOf } from "./testing/rootfs.ts";

const TAR = tarOf({ "etc/hello": "world" });

for (
  const [name, pack] of Object.entries({
    plain: (tar: Uint8Array) => tar,
    gzip: gzipSync,
    zstd: zstdCompressSync,
  })
) {
  Deno.test(`importImage() makes an image of one layer of a ${name} tar`, async () => {
    await using store = await makeImageStore();
    const packed = new Uint8Array(pack(TAR));
    const image = await importImage(store.paths, inChunks(packed), { reference: "bird" });
    assert.deepEqual(image.references, ["docker.io/library/bird:latest"]);
    assert.deepEqual(image.diffIDs, [digestOf(TAR)]);
    const directory = layerDirectory(store.paths, image.diffIDs[0]);
    assert.equal(Deno.readTextFileSync(`${directory}/etc/hello`), "world");
    assert.equal(image.sizeBytes, 5);
    const blob = Deno.readFileSync(`${store.paths.images}/blobs/sha256/${digestOf(packed).slice(7)}`);
    assert.deepEqual(new Uint8Array(blob), packed);
    assert.deepEqual(store.temporaries(), []);
  });
}

Deno.test("importImage() makes a root that everybody may enter, whatever the umask", async () => {
  await using store = await makeImageStore();
  const umask = Deno.umask(0o077);
  try {
    const image = await importImage(store.paths, inChunks(TAR));
    const { mode } = Deno.statSync(layerDirectory(store.paths, image.diffIDs[0]));
    assert.equal(mode! & 0o777, 0o755);
  } finally {
    Deno.umask(umask);
  }
});

Deno.test("importImage() writes what it is told into the configuration", async () => {
  await using store = await makeImageStore();
  const image = await importImage(store.paths, inChunks(TAR), {
    cmd: ["-f"],
    entrypoint: ["/bin/httpd"],
    env: ["A=1"],
    workdir: "/srv",
    user: "www",
    labels: { of: "birds" },
    platform: "linux/arm/v7",
    message: "by hand",
  });
  assert.deepEqual(image.config.config, {
    User: "www",
    Env: ["A=1"],
    Entrypoint: ["/bin/httpd"],
    Cmd: ["-f"],
    WorkingDir: "/srv",
    Labels: { of: "birds" },
  });
  assert.deepEqual(image.platform, { os: "linux", architecture: "arm", variant: "v7" });
  assert.equal(image.config.history?.[0].comment, "by hand");
  assert.deepEqual(image.references, []);
});

Deno.test("skopeo and umoci read an imported image", async () => {
  await using store = await makeImageStore();
  const { id } = await importImage(store.paths, inChunks(TAR), { reference: "localhost:5000/bird:1" });
  const name = `${store.paths.images}:localhost:5000/bird:1`;
  const skopeo = await new Deno.Command("skopeo", { args: ["inspect", "--raw", `oci:${name}`] }).output();
  assert.equal(JSON.parse(new TextDecoder().decode(skopeo.stdout)).config.digest, id);
  const umoci = await new Deno.Command("umoci", { args: ["stat", "--image", name] }).output();
  assert.equal(umoci.code, 0, new TextDecoder().decode(umoci.stderr));
});

Deno.test("importImage() under a name in use leaves the earlier image without a name", async () => {
  await using store = await makeImageStore();
  const one = await importImage(store.paths, inChunks(TAR), { reference: "bird" });
  const two = await importImage(store.paths, inChunks(tarOf({ other: "x" })), { reference: "bird" });
  assert.equal(findImage(store.paths, "bird")?.id, two.id);
  assert.deepEqual(findImage(store.paths, one.id)?.references, []);
  assert.equal(listImages(store.paths).length, 2);
});

const REFUSED: Record<string, { bytes: Uint8Array; message: RegExp }> = {
  "nothing": { bytes: new Uint8Array(), message: /Cannot import the archive: it is empty/ },
  "xz": { bytes: new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), message: /packed with xz/ },
  "text": { bytes: new TextEncoder().encode("hello ".repeat(200)), message: /Cannot import the archive: / },
  "half a tar": { bytes: TAR.subarray(0, 700), message: /Cannot import / },
  "a broken gzip": { bytes: new Uint8Array(gzipSync(TAR)).subarray(0, 60), message: /Cannot import / },
};

for (const [name, { bytes, message }] of Object.entries(REFUSED)) {
  Deno.test(`importImage() refuses ${name}, and nothing is left of it`, async () => {
    await using store = await makeImageStore();
    const importing = importImage(store.paths, inChunks(bytes), { reference: "bird" });
    await assert.rejects(importing, (error) => error instanceof BudgieError && message.test(error.message));
    assert.deepEqual(listImages(store.paths), []);
    assert.deepEqual(store.temporaries(), []);
    assert.deepEqual(Array.from(Deno.readDirSync(store.paths.layers)), []);
  });
}

Deno.test("importImage() refuses another operating system", async () => {
  await using store = await makeImageStore();
  const importing = importImage(store.paths, inChunks(TAR), { platform: "windows/amd64" });
  await assert.rejects(importing, /Cannot import for windows\/amd64: images are for linux/);
});

Deno.test("importImage() ends when it is aborted, and nothing is left of it", async () => {
  await using store = await makeImageStore();
  const controller = new AbortController();
  const endless = async function* () {
    yield TAR.subarray(0, 600);
    controller.abort(new Error("enough"));
    yield TAR.subarray(600);
  };
  const importing = importImage(store.paths, endless(), { signal: controller.signal });
  await assert.rejects(importing, /enough/);
  assert.deepEqual(store.temporaries(), []);
});
