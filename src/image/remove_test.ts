import assert from "node:assert/strict";
import { NotFoundError } from "../base/errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { findImage } from "./find.ts";
import { importImage } from "./import.ts";
import { holdImages } from "./in_use.ts";
import { layerDirectory } from "./layer_store.ts";
import { exists } from "../base/optional_file.ts";
import { listImages } from "./list.ts";
import { ImageConflictError, removeImage } from "./remove.ts";
import { tagImage } from "./tag.ts";
import { type ImageStore, makeImageStore } from "./testing/image_store.ts";
import { inChunks, tarOf } from "./testing/rootfs.ts";

const NOBODY = { force: false, usedBy: () => [], diffIDsInUse: () => new Set<Digest>() };

function makeImage(store: ImageStore, name: string, content = name) {
  return importImage(store.paths, inChunks(tarOf({ file: content })), { reference: name });
}

function filesOf(store: ImageStore): string[] {
  const folders = [`${store.paths.images}/blobs/sha256`, store.paths.layers];
  return folders.flatMap((folder) => Array.from(Deno.readDirSync(folder), ({ name }) => name));
}

Deno.test("removeImage() of the only name removes the image and all its files", async () => {
  await using store = await makeImageStore();
  const { id, diffIDs } = await makeImage(store, "bird");
  const removed = await removeImage(store.paths, "bird", NOBODY);
  assert.deepEqual(removed, { untagged: ["bird:latest"], deleted: [id, ...diffIDs] });
  assert.deepEqual(listImages(store.paths), []);
  assert.deepEqual(filesOf(store), []);
  assert.deepEqual(store.temporaries(), []);
});

Deno.test("removeImage() of one of several names removes that name", async () => {
  await using store = await makeImageStore();
  const { id } = await makeImage(store, "bird");
  await tagImage(store.paths, "bird", "other:1");
  assert.deepEqual(await removeImage(store.paths, "bird", NOBODY), {
    untagged: ["bird:latest"],
    deleted: [],
  });
  assert.deepEqual(findImage(store.paths, id)?.references, ["docker.io/library/other:1"]);
});

Deno.test("removeImage() by ID removes an image with one name", async () => {
  await using store = await makeImageStore();
  const { id } = await makeImage(store, "bird");
  const removed = await removeImage(store.paths, id.slice(7, 19), NOBODY);
  assert.deepEqual(removed.untagged, ["bird:latest"]);
  assert.equal(removed.deleted[0], id);
});

Deno.test("removeImage() by ID refuses several names, unless it is forced", async () => {
  await using store = await makeImageStore();
  const { id } = await makeImage(store, "bird");
  await tagImage(store.paths, "bird", "other");
  await assert.rejects(removeImage(store.paths, id, NOBODY), /several names: bird:latest, other:latest/);
  const removed = await removeImage(store.paths, id, { ...NOBODY, force: true });
  assert.deepEqual(removed.untagged, ["bird:latest", "other:latest"]);
  assert.deepEqual(listImages(store.paths), []);
});

Deno.test("removeImage() refuses an image that a container uses, and changes nothing", async () => {
  await using store = await makeImageStore();
  const { id } = await makeImage(store, "bird");
  const used = { ...NOBODY, usedBy: (image: { id: Digest }) => image.id === id ? ["web", "db"] : [] };
  await assert.rejects(
    removeImage(store.paths, "bird", used),
    (error) => error instanceof ImageConflictError && /containers 'web', 'db' use it/.test(error.message),
  );
  assert.equal(findImage(store.paths, "bird")?.id, id);
});

Deno.test("removeImage() by force takes the name of an image in use, and keeps the image", async () => {
  await using store = await makeImageStore();
  const { id, diffIDs } = await makeImage(store, "bird");
  const used = { ...NOBODY, force: true, usedBy: () => ["web"] };
  assert.deepEqual(await removeImage(store.paths, "bird", used), { untagged: ["bird:latest"], deleted: [] });
  assert.deepEqual(findImage(store.paths, id)?.references, []);
  assert.ok(exists(layerDirectory(store.paths, diffIDs[0])));
  await assert.rejects(removeImage(store.paths, id, used), /cannot be forced/);
});

Deno.test("removeImage() keeps the layers that other images or containers have", async () => {
  await using store = await makeImageStore();
  const one = await makeImage(store, "one", "shared");
  const two = await makeImage(store, "two", "shared");
  const held = await makeImage(store, "held");
  assert.deepEqual(one.diffIDs, two.diffIDs);
  assert.deepEqual((await removeImage(store.paths, "one", NOBODY)).deleted, [one.id]);
  const inUse = new Set(held.diffIDs);
  assert.deepEqual(
    (await removeImage(store.paths, "held", { ...NOBODY, diffIDsInUse: () => inUse })).deleted,
    [
      held.id,
    ],
  );
  assert.ok(exists(layerDirectory(store.paths, two.diffIDs[0])));
  assert.ok(exists(layerDirectory(store.paths, held.diffIDs[0])));
});

Deno.test("removeImage() sweeps nothing while somebody adds, and the next removal does", async () => {
  await using store = await makeImageStore();
  const one = await makeImage(store, "one");
  await makeImage(store, "two");
  {
    using _pull = await holdImages(store.paths);
    await removeImage(store.paths, "one", NOBODY);
    assert.ok(exists(layerDirectory(store.paths, one.diffIDs[0])));
  }
  await removeImage(store.paths, "two", NOBODY);
  assert.deepEqual(filesOf(store), []);
});

Deno.test("removeImage() keeps what another program has put into the layout", async () => {
  await using store = await makeImageStore();
  await makeImage(store, "one");
  await makeImage(store, "two");
  const copy = new Deno.Command("skopeo", {
    args: [
      ...["--insecure-policy", "copy", "--quiet"],
      `oci:${store.paths.images}:docker.io/library/one:latest`,
      `oci:${store.paths.images}:foreign`,
    ],
  });
  const { code, stderr } = await copy.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  await removeImage(store.paths, "two", NOBODY);
  const inspect = new Deno.Command("skopeo", { args: ["inspect", `oci:${store.paths.images}:foreign`] });
  assert.equal((await inspect.output()).code, 0);
});

Deno.test("removeImage() removes an image whose files are lost", async () => {
  await using store = await makeImageStore();
  await makeImage(store, "bird");
  await Deno.remove(`${store.paths.images}/blobs/sha256`, { recursive: true });
  assert.throws(() => findImage(store.paths, "bird"), /Cannot read image [0-9a-f]{12}: '.*' is missing/);
  assert.equal((await removeImage(store.paths, "bird", NOBODY)).untagged.length, 1);
  assert.deepEqual(listImages(store.paths), []);
});

Deno.test("removeImage() of what is not there says so as docker does", async () => {
  await using store = await makeImageStore();
  await assert.rejects(
    removeImage(store.paths, "bird", NOBODY),
    (error) => error instanceof NotFoundError && error.message === "No such image: bird",
  );
});
