import assert from "node:assert/strict";
import { NotFoundError } from "../base/errors.ts";
import { InvalidReferenceError } from "../../oci/reference.ts";
import { findImage } from "./find.ts";
import { importImage } from "./import.ts";
import { listImages } from "./list.ts";
import { tagImage } from "./tag.ts";
import { makeImageStore } from "./testing/image_store.ts";
import { inChunks, tarOf } from "./testing/rootfs.ts";

Deno.test("tagImage() moves a name from one image to another", async () => {
  await using store = await makeImageStore();
  const one = await importImage(store.paths, inChunks(tarOf({ one: "" })), { reference: "one" });
  const two = await importImage(store.paths, inChunks(tarOf({ two: "" })), { reference: "two" });
  await tagImage(store.paths, "two", "one");
  assert.equal(findImage(store.paths, "one")?.id, two.id);
  assert.deepEqual(findImage(store.paths, one.id)?.references, []);
});

Deno.test("tagImage() gives an image without a name its first one", async () => {
  await using store = await makeImageStore();
  const { id } = await importImage(store.paths, inChunks(tarOf({ one: "" })), {});
  await tagImage(store.paths, id, "bird:1");
  assert.deepEqual(listImages(store.paths).map(({ references }) => references), [[
    "docker.io/library/bird:1",
  ]]);
});

Deno.test("tagImage() twice is the same as once", async () => {
  await using store = await makeImageStore();
  await importImage(store.paths, inChunks(tarOf({ one: "" })), { reference: "one" });
  await tagImage(store.paths, "one", "two");
  const before = Deno.readTextFileSync(`${store.paths.images}/index.json`);
  await tagImage(store.paths, "one", "two");
  assert.equal(Deno.readTextFileSync(`${store.paths.images}/index.json`), before);
});

Deno.test("tagImage() loses no name when many tag at once", async () => {
  await using store = await makeImageStore();
  await importImage(store.paths, inChunks(tarOf({ one: "" })), { reference: "one" });
  await Promise.all(Array.from({ length: 10 }, (_, number) => tagImage(store.paths, "one", `one:${number}`)));
  assert.equal(findImage(store.paths, "one")?.references.length, 11);
});

Deno.test("tagImage() refuses a missing source, and a digest as target", async () => {
  await using store = await makeImageStore();
  await importImage(store.paths, inChunks(tarOf({ one: "" })), { reference: "one" });
  await assert.rejects(tagImage(store.paths, "two", "three"), NotFoundError);
  await assert.rejects(tagImage(store.paths, "one", `x@sha256:${"0".repeat(64)}`), InvalidReferenceError);
  await assert.rejects(tagImage(store.paths, "one", "sha256:abc"), InvalidReferenceError);
});
