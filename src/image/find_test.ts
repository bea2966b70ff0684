import assert from "node:assert/strict";
import { hexOf } from "../../oci/digest.ts";
import { AmbiguousImageError, findEntry, findImage } from "./find.ts";
import { importImage } from "./import.ts";
import type { ImageEntry } from "./layout.ts";
import { tagImage } from "./tag.ts";
import { makeImageStore } from "./testing/image_store.ts";
import { inChunks, tarOf } from "./testing/rootfs.ts";

function entry(idStart: string, name?: string, manifest = idStart): ImageEntry {
  const digest = `sha256:${manifest.padEnd(64, "0")}` as const;
  const descriptor = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 1 };
  return {
    descriptor,
    manifest: descriptor.digest,
    id: `sha256:${idStart.padEnd(64, "0")}`,
    name,
    unpackedBytes: 0,
  };
}

const DIGEST = `sha256:${"d".repeat(64)}` as const;
const ENTRIES = [
  entry("abc1", "docker.io/library/nginx:latest", "e1"),
  entry("abc1", `docker.io/library/nginx@${DIGEST}`, "e1"),
  entry("abc2", "localhost:5000/web:2"),
  entry("beef", "docker.io/library/abc2:latest"),
  entry("feed"),
];

const FOUND: Record<string, ImageEntry | undefined> = {
  "nginx": ENTRIES[0],
  "nginx:latest": ENTRIES[0],
  "docker.io/library/nginx": ENTRIES[0],
  "nginx:1": undefined,
  "localhost:5000/web:2": ENTRIES[2],
  "localhost:5000/web": undefined,
  [`nginx@${DIGEST}`]: ENTRIES[1],
  [`nginx:1.0@${DIGEST}`]: ENTRIES[1],
  [`web@${DIGEST}`]: undefined,
  [`nginx@sha256:${"e1".padEnd(64, "0")}`]: ENTRIES[0],
  [`web@sha256:${"e1".padEnd(64, "0")}`]: undefined,
  ["abc1".padEnd(64, "0")]: ENTRIES[0],
  [`sha256:${"feed".padEnd(64, "0")}`]: ENTRIES[4],
  ["9".repeat(64)]: undefined,
  "abc1": ENTRIES[0],
  "sha256:fe": ENTRIES[4],
  "abc2": ENTRIES[3], // a name comes before the beginning of an ID
  "NOT A NAME": undefined,
};

for (const [text, expected] of Object.entries(FOUND)) {
  Deno.test(`findEntry() of '${text.slice(0, 40)}' is ${expected?.name ?? (expected ? "without a name" : "none")}`, () => {
    assert.equal(findEntry(ENTRIES, text)?.entry, expected);
  });
}

Deno.test("findEntry() refuses the beginning of several IDs and lists them", () => {
  assert.throws(
    () => findEntry(ENTRIES, "abc"),
    (error) => error instanceof AmbiguousImageError && /abc100000000, abc200000000/.test(error.message),
  );
});

Deno.test("findImage() shows all names of an image", async () => {
  await using store = await makeImageStore();
  const { id } = await importImage(store.paths, inChunks(tarOf({ file: "" })), { reference: "bird" });
  await tagImage(store.paths, "bird", "localhost/other:2");
  const image = findImage(store.paths, hexOf(id).slice(0, 12))!;
  assert.deepEqual(image.references.toSorted(), ["docker.io/library/bird:latest", "localhost/other:2"]);
});

Deno.test("findImage() in a store that was never written to is undefined", async () => {
  await using store = await makeImageStore();
  assert.equal(findImage(store.paths, "bird"), undefined);
});
