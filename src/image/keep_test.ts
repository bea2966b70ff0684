import assert from "node:assert/strict";
import type { Digest } from "../../oci/digest.ts";
import { importImage } from "./import.ts";
import { holdImages } from "./in_use.ts";
import { keepImages } from "./keep.ts";
import { lastUseMs, noteUse } from "./last_use.ts";
import { blobPath } from "./layout.ts";
import { listImages } from "./list.ts";
import { type ImageStore, makeImageStore } from "./testing/image_store.ts";
import { inChunks, tarOf } from "./testing/rootfs.ts";

const NOBODY = { usedBy: () => [], diffIDsInUse: () => new Set<Digest>() };
const HOUR = 3_600_000;

function makeImage(store: ImageStore, name: string, content = name) {
  return importImage(store.paths, inChunks(tarOf({ file: content })), { reference: name });
}

function age({ paths }: ImageStore, id: Digest, hours: number): void {
  const then = new Date(Date.now() - hours * HOUR);
  Deno.utimeSync(blobPath(paths, id), then, then);
}

function names(store: ImageStore): string[] {
  return listImages(store.paths).flatMap(({ references }) => references)
    .map((name) => name.replace(/.*\/|:.*/g, "")).sort();
}

Deno.test("keepImages() removes what nobody has used for too long, with all that only it had", async () => {
  await using store = await makeImageStore();
  const old = await makeImage(store, "old");
  const used = await makeImage(store, "used");
  await makeImage(store, "new");
  for (const { id } of [old, used]) age(store, id, 25);
  const use = { ...NOBODY, usedBy: ({ id }: { id: Digest }) => id === used.id ? ["web"] : [] };
  assert.deepEqual((await keepImages(store.paths, { keepMs: 26 * HOUR }, use))?.deleted, []);
  const gone = await keepImages(store.paths, { keepMs: 24 * HOUR }, use);
  assert.deepEqual([gone?.untagged, gone?.deleted], [["old:latest"], [old.id]]);
  assert.ok(gone!.reclaimedBytes > 0);
  assert.deepEqual(names(store), ["new", "used"]);
  assert.equal(Array.from(Deno.readDirSync(store.paths.layers)).length, 4); // two folders, two records
  assert.deepEqual(store.temporaries(), []);
});

Deno.test("keepImages() does nothing while somebody holds the images", async () => {
  await using store = await makeImageStore();
  const { id } = await makeImage(store, "old");
  age(store, id, 25);
  {
    using _hold = await holdImages(store.paths);
    assert.equal(await keepImages(store.paths, { keepMs: 24 * HOUR }, NOBODY), undefined);
    assert.deepEqual(names(store), ["old"]);
  }
  await keepImages(store.paths, { keepMs: 24 * HOUR }, NOBODY);
  assert.deepEqual(names(store), []);
});

Deno.test("an image that comes again, or that a container leaves, counts as just used", async () => {
  await using store = await makeImageStore();
  const { id } = await makeImage(store, "bird");
  age(store, id, 25);
  const before = Date.now() - HOUR;
  noteUse(store.paths, id);
  assert.ok(lastUseMs(store.paths, id)! > before);
  age(store, id, -25); // a clock that was set back
  const future = lastUseMs(store.paths, id);
  noteUse(store.paths, id);
  assert.equal(lastUseMs(store.paths, id), future);
});
