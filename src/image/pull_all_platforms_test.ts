/** Indexes with entries that are not as others: what a pull of all platforms takes, leaves and refuses. */
import assert from "node:assert/strict";
import { serveImage } from "../../tests/fixture/hostile_registry.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { hostPlatform } from "../../oci/platform.ts";
import { blobPath, hasBlob } from "./layout.ts";
import { listImages } from "./list.ts";
import { makeImageStore } from "./testing/image_store.ts";
import { tarOf } from "./testing/rootfs.ts";
import { unpackPlatform } from "./unpack_platform.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const WINDOWS = { platform: { os: "windows", architecture: "amd64" } };

/** Serves an index of an honest image for this machine and one more entry, whose documents are given too. */
function serveIndex({ entry, documents }: { entry: object; documents: string[] }) {
  const known = new Map(documents.map((text) => [digestOf(text), text]));
  return serveImage({ tars: [tarOf({ hello: "world" })] }, async (_request, url) => {
    const document = known.get(url.pathname.split("/").at(-1) as Digest);
    if (document !== undefined) return new Response(document, { headers: { "content-type": MANIFEST } });
    if (!url.pathname.endsWith("/manifests/latest")) return undefined;
    const own = await fetch(url.href.replace("latest", "own")).then((answer) => answer.bytes());
    const first = { mediaType: MANIFEST, digest: digestOf(own), size: own.length, platform: hostPlatform() };
    const index = { schemaVersion: 2, mediaType: INDEX, manifests: [first, entry] };
    return Response.json(index, { headers: { "content-type": INDEX } });
  });
}

function describe(text: string, mediaType: string) {
  return { mediaType, digest: digestOf(text), size: text.length };
}

Deno.test("pullImage() of all platforms leaves layers that only their vendor may give away", async () => {
  const config = JSON.stringify({ os: "windows", architecture: "amd64" });
  const foreign = describe("", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: describe(config, "application/vnd.oci.image.config.v1+json"),
    layers: [{ ...foreign, size: 2 ** 30, urls: ["https://vendor.example/layer"] }],
  });
  const entry = { ...describe(manifest, MANIFEST), ...WINDOWS };
  await using registry = serveIndex({ entry, documents: [manifest, config] });
  await using store = await makeImageStore();
  await store.pull(registry.reference, { allPlatforms: true });
  assert.ok(hasBlob(store.paths, describe(manifest, "")));
  assert.ok(hasBlob(store.paths, describe(config, "")));
  assert.ok(!registry.requests.some((line) => line.endsWith(foreign.digest)));
});

Deno.test("unpackPlatform() says which file of the other image is lost", async () => {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: describe("{}", "application/vnd.oci.image.config.v1+json"),
    layers: [],
  });
  const entry = { ...describe(manifest, MANIFEST), platform: { os: "linux", architecture: "s390x" } };
  await using registry = serveIndex({ entry, documents: [manifest, "{}"] });
  await using store = await makeImageStore();
  const { id } = await store.pull(registry.reference, { allPlatforms: true });
  const path = blobPath(store.paths, entry.digest);
  await Deno.remove(path);
  await assert.rejects(
    unpackPlatform(store.paths, id, { platform: "linux/s390x" }),
    new RegExp(`'${path}' is missing`),
  );
  assert.equal(await unpackPlatform(store.paths, id, { platform: "linux/riscv64" }), undefined);
});

const twoSizes = JSON.stringify({
  schemaVersion: 2,
  mediaType: MANIFEST,
  config: describe("{}", "application/vnd.oci.image.config.v1+json"),
  layers: [{ ...describe("{}", "application/vnd.in-toto+json"), size: 3 }],
});
const nested = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
const REFUSED: [string, { entry: object; documents: string[] }, RegExp][] = [
  ["an entry without a digest", { entry: { mediaType: MANIFEST, size: 1 }, documents: [] }, /cannot read/],
  [
    "a digest of another algorithm",
    { entry: { mediaType: MANIFEST, digest: `sha512:${"0".repeat(128)}`, size: 1 }, documents: [] },
    /Cannot use all platforms of .*: its index has an entry that budgie cannot read/,
  ],
  [
    "another index",
    { entry: { ...describe(nested, INDEX), ...WINDOWS }, documents: [nested] },
    /another index/,
  ],
  [
    "what is no manifest",
    { entry: { ...describe("{}", MANIFEST), ...WINDOWS }, documents: ["{}"] },
    /no valid config/,
  ],
  [
    "two sizes for one blob",
    { entry: { ...describe(twoSizes, MANIFEST), ...WINDOWS }, documents: [twoSizes, "{}"] },
    /it ended after 2 of 3 bytes/,
  ],
  [
    "a manifest that is too large",
    { entry: { ...describe("{}", MANIFEST), size: 2 ** 30, ...WINDOWS }, documents: ["{}"] },
    /more than the limit of 4194304/,
  ],
];

for (const [name, index, message] of REFUSED) {
  Deno.test(`pullImage() of all platforms refuses an index with ${name}, which a pull of one takes`, async () => {
    await using registry = serveIndex(index);
    await using store = await makeImageStore();
    await assert.rejects(store.pull(registry.reference, { allPlatforms: true }), message);
    assert.deepEqual(listImages(store.paths), []);
    await store.pull(registry.reference);
  });
}
