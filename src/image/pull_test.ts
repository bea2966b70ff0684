/** Pulls from Debian's docker-registry, over everything that it offers. */
import assert from "node:assert/strict";
import { type LayoutImage, writeLayout } from "../../tests/fixture/layout.ts";
import { type Registry, type RegistryOptions, startRegistry } from "../../tests/fixture/registry.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { findImage } from "./find.ts";
import { layerDirectory } from "./layer_store.ts";
import { blobPath, DamagedImageError } from "./layout.ts";
import { listImages } from "./list.ts";
import { removeImage } from "./remove.ts";
import { type ImageStore, makeImageStore } from "./testing/image_store.ts";
import { tarOf } from "./testing/rootfs.ts";

const LAYERS = [
  tarOf({ "etc/one": "1", "etc/both": "lower" }),
  tarOf({ "etc/two": "2", "etc/both": "upper" }),
];

/** A registry with `bird:latest`, and an empty store. */
async function serve(images: LayoutImage[], options: RegistryOptions & { push?: string[] } = {}) {
  const stack = new AsyncDisposableStack();
  const layout = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(layout, { recursive: true }));
  await writeLayout(layout, images);
  const registry: Registry = stack.use(await startRegistry(options));
  await registry.push(`oci:${layout}:latest`, "bird:latest", options.push ?? ["--all"]);
  const store: ImageStore = stack.use(await makeImageStore());
  return {
    registry,
    store,
    reference: `${registry.address}/bird`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("pullImage() unpacks every layer and keeps every blob", async () => {
  await using host = await serve([{ layers: LAYERS, config: { Cmd: ["sh"] } }]);
  const { store, reference } = host;
  const image = await store.pull(reference);
  assert.deepEqual(image.diffIDs, LAYERS.map(digestOf));
  assert.deepEqual(image.references, [`${reference}:latest`]);
  assert.deepEqual(image.repoDigests, [`${reference}@${image.manifestDigest}`]);
  assert.deepEqual(image.config.config?.Cmd, ["sh"]);
  assert.equal(image.sizeBytes, "1".length + "lower".length + "2".length + "upper".length);
  const [lower, upper] = image.diffIDs.map((diffID) => layerDirectory(store.paths, diffID));
  assert.equal(Deno.readTextFileSync(`${lower}/etc/both`), "lower");
  assert.equal(Deno.readTextFileSync(`${upper}/etc/both`), "upper");
  assert.deepEqual(store.temporaries(), []);
});

Deno.test("pullImage() leaves a layout from which skopeo copies the image, digest for digest", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  const { manifestDigest } = await host.store.pull(host.reference);
  await host.registry.push(`oci:${host.store.paths.images}:${host.reference}:latest`, "copy:latest");
  assert.equal((await host.store.pull(`${host.registry.address}/copy`)).manifestDigest, manifestDigest);
});

Deno.test("pullImage() of an image that has a layer twice fetches it once, and removing names it once", async () => {
  await using host = await serve([{ layers: [LAYERS[0], LAYERS[1], LAYERS[0]] }]);
  const { store, reference } = host;
  const image = await store.pull(reference);
  assert.equal(image.diffIDs.length, 3);
  const done = store.events.filter((event) => event.kind === "layer" && event.phase === "done");
  assert.equal(done.length, 2);
  const nobody = { force: false, usedBy: () => [], diffIDsInUse: () => new Set<Digest>() };
  assert.equal((await removeImage(store.paths, reference, nobody)).deleted.length, 1 + 2);
});

Deno.test("pullImage() again fetches no layer", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  const first = await host.store.pull(host.reference);
  host.store.events.length = 0;
  assert.deepEqual(await host.store.pull(host.reference), first);
  assert.deepEqual(host.store.events.map((event) => event.kind === "layer" ? event.phase : event.kind), [
    "resolved",
    "exists",
    "exists",
  ]);
});

Deno.test("pullImage() tells what a layer has come to", async () => {
  await using host = await serve([{ layers: [LAYERS[0]] }]);
  await host.store.pull(host.reference);
  const phases = host.store.events.map((event) => event.kind === "layer" ? event.phase : event.kind);
  assert.deepEqual([phases[0], ...new Set(phases.slice(1))], ["resolved", "downloading", "syncing", "done"]);
});

for (const compression of ["gzip", "zstd"] as const) {
  Deno.test(`pullImage() reads ${compression} layers`, async () => {
    await using host = await serve([{ layers: LAYERS, compression }]);
    assert.deepEqual((await host.store.pull(host.reference)).diffIDs, LAYERS.map(digestOf));
  });
}

Deno.test("pullImage() reads docker's manifests, version 2 schema 2", async () => {
  await using host = await serve([{ layers: LAYERS }], { push: ["--format", "v2s2"] });
  assert.deepEqual((await host.store.pull(host.reference)).diffIDs, LAYERS.map(digestOf));
  const index = JSON.parse(Deno.readTextFileSync(`${host.store.paths.images}/index.json`));
  assert.equal(index.manifests[0].mediaType, "application/vnd.docker.distribution.manifest.v2+json");
});

const PLATFORMS = [
  { layers: [tarOf({ arch: "amd64" })], architecture: "amd64" },
  { layers: [tarOf({ arch: "arm64" })], architecture: "arm64", variant: "v8" },
  { layers: [tarOf({ arch: "armv6" })], architecture: "arm", variant: "v6" },
];

Deno.test("pullImage() takes the host's platform of an index, or the one that is asked for", async () => {
  await using host = await serve(PLATFORMS);
  const own = await host.store.pull(host.reference);
  assert.equal(own.platform.architecture, Deno.build.arch === "aarch64" ? "arm64" : "amd64");
  const arm = await host.store.pull(host.reference, { platform: "linux/arm/v7" });
  assert.deepEqual(arm.platform, { os: "linux", architecture: "arm", variant: "v6" });
  assert.equal(findImage(host.store.paths, host.reference)?.id, arm.id);
  assert.deepEqual(findImage(host.store.paths, own.id)?.references, []);
});

Deno.test("pullImage() by the digest of an index finds it by this digest again", async () => {
  await using host = await serve(PLATFORMS);
  const { repoDigests: [name], manifestDigest, id } = await host.store.pull(host.reference);
  assert.ok(!name.endsWith(manifestDigest));
  await removeImage(host.store.paths, id, { force: true, usedBy: () => [], diffIDsInUse: () => new Set() });
  const image = await host.store.pull(name);
  assert.deepEqual([image.id, image.references, image.repoDigests], [id, [], [name]]);
  assert.equal(findImage(host.store.paths, name)?.id, id);
});

Deno.test("pullImage() of a platform that is not there lists what there is", async () => {
  await using host = await serve(PLATFORMS);
  await assert.rejects(
    host.store.pull(host.reference, { platform: "linux/s390x" }),
    /linux\/s390x: there are linux\/amd64, linux\/arm64, linux\/arm\/v6|linux\/arm64\/v8/,
  );
});

Deno.test("pullImage() of an image without a choice refuses another platform than it is for", async () => {
  await using host = await serve([{ layers: LAYERS, architecture: "amd64" }]);
  await assert.rejects(host.store.pull(host.reference, { platform: "linux/arm64" }), /for linux\/amd64 only/);
  assert.deepEqual(listImages(host.store.paths), []);
});

Deno.test("pullImage() of a name that the registry does not have says 404", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  await assert.rejects(
    host.store.pull(`${host.registry.address}/nest`),
    /there is no such thing \(404\): MANIFEST_UNKNOWN/,
  );
});

Deno.test("pullImage() over TLS trusts the CA that is named, or that docker has for the host", async () => {
  await using host = await serve([{ layers: LAYERS }], { tls: true });
  const { store, registry, reference } = host;
  await assert.rejects(
    store.pull(reference),
    /TLS: its certificate is from an authority that is not trusted/,
  );
  await store.pull(reference, { registries: { ...store.settings, caFile: registry.caFile } });
  const folder = `${store.settings.certificatesDirectory}/${registry.address}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.copyFile(registry.caFile, `${folder}/ca.crt`);
  await store.pull(reference);
});

Deno.test("pullImage() logs in with the credentials of docker's config", async () => {
  await using host = await serve([{ layers: LAYERS }], { login: { user: "bird", password: "se:ed" } });
  const { store, registry, reference } = host;
  await assert.rejects(store.pull(reference), /a login is needed.*\(401\)/);
  const login = async (password: string) => {
    const auths = { [registry.address]: { auth: btoa(`bird:${password}`) } };
    const docker = store.settings.loginFiles.at(-1)!;
    await Deno.mkdir(docker.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(docker, JSON.stringify({ auths }));
  };
  await login("wr0ng-password");
  await assert.rejects(store.pull(reference), (error: Error) => {
    return /user name and password are refused \(401\)/.test(error.message) &&
      !error.message.includes("wr0ng");
  });
  await login("se:ed");
  await store.pull(reference);
});

Deno.test("two pulls of one image at once fetch each layer once", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  const [one, two] = await Promise.all([host.store.pull(host.reference), host.store.pull(host.reference)]);
  assert.deepEqual(one, two);
  const ends = host.store.events.filter((event) => event.kind === "layer" && /done|exists/.test(event.phase));
  assert.deepEqual(ends.map((event) => event.kind === "layer" && event.phase).sort(), [
    "done",
    "done",
    "exists",
    "exists",
  ]);
  assert.deepEqual(host.store.temporaries(), []);
});

Deno.test("pullImage() mends an image that lost a layer or a blob", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  const { store, reference } = host;
  const image = await store.pull(reference);
  await Deno.remove(layerDirectory(store.paths, image.diffIDs[0]), { recursive: true });
  const blobs = `${store.paths.images}/blobs/sha256`;
  const sizes = Array.from(Deno.readDirSync(blobs), ({ name }) => name).sort();
  const { layers: [, upper] } = JSON.parse(
    Deno.readTextFileSync(`${blobs}/${image.manifestDigest.slice(7)}`),
  );
  await Deno.remove(`${blobs}/${upper.digest.slice(7)}`);
  assert.deepEqual(await store.pull(reference), image);
  assert.equal(Deno.readTextFileSync(`${layerDirectory(store.paths, image.diffIDs[0])}/etc/one`), "1");
  assert.deepEqual(Array.from(Deno.readDirSync(blobs), ({ name }) => name).sort(), sizes);
});

Deno.test("pullImage() mends an image whose files were cut short", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  const { store, reference } = host;
  const image = await store.pull(reference);
  const blobs = `${store.paths.images}/blobs/sha256`;
  for (const { name } of Array.from(Deno.readDirSync(blobs))) Deno.truncateSync(`${blobs}/${name}`, 10);
  Deno.truncateSync(`${store.paths.images}/oci-layout`);
  assert.deepEqual(await store.pull(reference), image);
  for (const { name } of Deno.readDirSync(blobs)) {
    assert.equal(digestOf(Deno.readFileSync(`${blobs}/${name}`)), `sha256:${name}`);
  }
  assert.match(Deno.readTextFileSync(`${store.paths.images}/oci-layout`), /"imageLayoutVersion":"1.0.0"/);
});

Deno.test("listImages() shows also an image whose files are lost, by its names", async () => {
  await using host = await serve([{ layers: LAYERS }]);
  const { store, reference } = host;
  const image = await store.pull(reference);
  await Deno.remove(blobPath(store.paths, image.id));
  const [damaged] = listImages(store.paths);
  assert.equal(damaged.id, image.id);
  assert.deepEqual(damaged.references, image.references);
  assert.equal(damaged.createdAt, undefined);
  assert.throws(() => findImage(store.paths, reference), DamagedImageError);
});

Deno.test("pullImage() fetches a stored blob anew when it was damaged", async () => {
  await using host = await serve([{ layers: [LAYERS[0]] }]);
  const { store, reference } = host;
  const image = await store.pull(reference);
  const manifest = `${store.paths.images}/blobs/sha256/${image.manifestDigest.slice(7)}`;
  const { layers: [{ digest }] } = JSON.parse(Deno.readTextFileSync(manifest));
  const blob = `${store.paths.images}/blobs/sha256/${digest.slice(7)}`;
  await Deno.writeTextFile(blob, "damaged");
  await Deno.remove(layerDirectory(store.paths, image.diffIDs[0]), { recursive: true });
  await store.pull(reference);
  assert.equal(digestOf(Deno.readFileSync(blob)), digest);
});
