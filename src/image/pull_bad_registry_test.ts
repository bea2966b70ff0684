/** Registries that lie, stumble and stall: each gets its sentence, and nothing of it stays. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type HostileImage, type Intercept, serveImage } from "../../tests/fixture/hostile_registry.ts";
import { BudgieError } from "../base/errors.ts";
import { digestOf } from "../../oci/digest.ts";
import { listImages } from "./list.ts";
import { type ImageStore, makeImageStore } from "./testing/image_store.ts";
import { tarOf } from "./testing/rootfs.ts";

const TAR = tarOf({ "etc/hello": "world" });
const GZIP = new Uint8Array(gzipSync(TAR));
/** Does not shrink, so that a transfer has several parts. */
const LARGE = tarOf({ noise: Array.from({ length: 300_000 }, () => Math.random().toString(36)[2]).join("") });
const LARGE_GZIP = new Uint8Array(gzipSync(LARGE));

const isBlob = (url: URL, bytes: Uint8Array) => url.pathname.endsWith(`/blobs/${digestOf(bytes)}`);
const isManifest = (url: URL) => url.pathname.includes("/manifests/");

function assertNothingStored(store: ImageStore): void {
  assert.deepEqual(listImages(store.paths), []);
  assert.deepEqual(Array.from(Deno.readDirSync(store.paths.layers)), []);
  assert.ok(store.temporaries().every((name) => name.startsWith("blob-")), store.temporaries().join());
}

/** A pull that must fail with a sentence, and leave nothing that can be seen. */
async function refuses(message: RegExp, image: Partial<HostileImage>, intercept?: Intercept): Promise<void> {
  await using registry = serveImage({ tars: [TAR], ...image }, intercept);
  await using store = await makeImageStore();
  await assert.rejects(store.pull(registry.reference), (error) => {
    assert.ok(error instanceof BudgieError, String(error));
    assert.match(error.message, message);
    return true;
  });
  assertNothingStored(store);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[at] ^= 1;
  return copy;
}

Deno.test("a layer that is another archive of the same size has a wrong digest", () => {
  const uncompressed = { level: 0 };
  const right = new Uint8Array(gzipSync(TAR, uncompressed));
  const other = new Uint8Array(gzipSync(tarOf({ "etc/hello": "w0rld" }), uncompressed));
  return refuses(/its digest is/, { layers: [right] }, (_request, url) => {
    if (isBlob(url, right)) return new Response(other);
  });
});

Deno.test("a layer that is cut short every time is given up", () =>
  refuses(/it ended after 60 of \d+ bytes/, {}, (request, url) => {
    if (isBlob(url, GZIP)) {
      return request.headers.has("range") ? new Response("") : new Response(GZIP.subarray(0, 60));
    }
  }));

Deno.test("a configuration with other diffIDs than the layers have is refused", () =>
  refuses(/unpacks to diffID sha256:.* instead of/, { diffIDs: [digestOf("other")] }));

Deno.test("a configuration with another number of layers is refused", () =>
  refuses(/1 layers, but its configuration has 2 diffIDs/, { diffIDs: [digestOf(TAR), digestOf("other")] }));

Deno.test("a manifest over 4 MiB is refused", () =>
  refuses(/larger than the limit of 4194304 bytes/, {}, (_request, url) => {
    if (isManifest(url)) return new Response(new Uint8Array(4 * 1024 * 1024 + 1));
  }));

Deno.test("a configuration that claims to be large is not fetched", () =>
  refuses(/configuration .* more than the limit of 8388608/, {
    manifest: (manifest) => ({ ...manifest, config: { ...manifest.config, size: 2 ** 33 } }),
  }));

Deno.test("a manifest with too many layers is refused", () =>
  refuses(/lists 600 layers, more than the limit/, {
    manifest: (manifest) => ({ ...manifest, layers: Array(600).fill(manifest.layers[0]) }),
  }));

Deno.test("schema 1 is refused by name", () =>
  refuses(/schema 1/, {
    manifest: (manifest) => ({
      schemaVersion: 1,
      mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws",
      fsLayers: manifest.layers,
    }),
  }));

Deno.test("an artifact that is no image is refused by its type", () =>
  refuses(/not a container image but an artifact of type 'application\/vnd.cncf.helm.config.v1\+json'/, {
    manifest: (manifest) => ({
      ...manifest,
      config: { ...manifest.config, mediaType: "application/vnd.cncf.helm.config.v1+json" },
    }),
  }));

Deno.test("a document that is an index and a manifest at once is refused", () =>
  refuses(/an index and a manifest at once/, { manifest: (manifest) => ({ ...manifest, manifests: [] }) }));

Deno.test("a digest that leads out of the store is refused", () =>
  refuses(/a layer without digest or size/, {
    manifest: (manifest) => ({
      ...manifest,
      layers: [{ ...manifest.layers[0], digest: "sha256:../../etc/passwd" }],
    }),
  }));

Deno.test("a media type with control characters is refused, and not shown", () =>
  refuses(/^[\x20-\x7e]*no valid config$/, {
    manifest: (manifest) => ({ ...manifest, config: { ...manifest.config, mediaType: "\u001b[2J" } }),
  }));

Deno.test("a manifest that is no JSON is refused", () =>
  refuses(
    /its manifest is not a JSON document/,
    {},
    (_request, url) => isManifest(url) ? new Response("<html>") : undefined,
  ));

Deno.test("403 says that access is denied, with the registry's words and no control characters", () =>
  refuses(/access is denied \(403\): DENIED, not \[31myours$/, {}, (_request, url) => {
    const errors = [{ code: "DENIED", message: "not \u001b[31myours" }];
    if (isManifest(url)) return Response.json({ errors }, { status: 403 });
  }));

Deno.test("server errors are tried again, and then given up", () =>
  refuses(/the answer is 503/, {}, (_request, url) => {
    if (isBlob(url, GZIP)) return new Response("", { status: 503 });
  }));

Deno.test("an interrupted layer goes on where it ended", async () => {
  const half = LARGE_GZIP.length >> 1;
  const ranges: (string | null)[] = [];
  await using registry = serveImage({ tars: [LARGE], layers: [LARGE_GZIP] }, (request, url) => {
    if (!isBlob(url, LARGE_GZIP)) return undefined;
    ranges.push(request.headers.get("range"));
    if (ranges.length === 1) return new Response(LARGE_GZIP.subarray(0, half));
    const headers = { "content-range": `bytes ${half}-${LARGE_GZIP.length - 1}/${LARGE_GZIP.length}` };
    return new Response(LARGE_GZIP.subarray(half), { status: 206, headers });
  });
  await using store = await makeImageStore();
  await store.pull(registry.reference);
  assert.deepEqual(ranges, [null, `bytes=${half}-`]);
});

Deno.test("a registry without ranges gives the whole layer again, and the known part is passed over", async () => {
  let requests = 0;
  await using registry = serveImage({ tars: [LARGE], layers: [LARGE_GZIP] }, (_request, url) => {
    if (isBlob(url, LARGE_GZIP)) {
      return new Response(requests++ ? LARGE_GZIP : LARGE_GZIP.subarray(0, 100_000));
    }
  });
  await using store = await makeImageStore();
  await store.pull(registry.reference);
  assert.equal(requests, 2);
});

Deno.test("a registry that gives another range than it was asked for is given up", () =>
  refuses(/another part than was asked for/, { tars: [LARGE], layers: [LARGE_GZIP] }, (request, url) => {
    if (!isBlob(url, LARGE_GZIP)) return undefined;
    if (!request.headers.has("range")) return new Response(LARGE_GZIP.subarray(0, 1000));
    const headers = { "content-range": `bytes 0-${LARGE_GZIP.length - 1}/${LARGE_GZIP.length}` };
    return new Response(LARGE_GZIP, { status: 206, headers });
  }));

Deno.test("what arrived before a failure is used by the next pull", async () => {
  const half = LARGE_GZIP.length >> 1;
  let broken = true;
  const ranges: (string | null)[] = [];
  await using registry = serveImage({ tars: [LARGE], layers: [LARGE_GZIP] }, (request, url) => {
    if (!isBlob(url, LARGE_GZIP)) return undefined;
    ranges.push(request.headers.get("range"));
    if (broken) {
      return request.headers.has("range")
        ? new Response("", { status: 500 })
        : new Response(LARGE_GZIP.subarray(0, half));
    }
    const headers = { "content-range": `bytes ${half}-${LARGE_GZIP.length - 1}/*` };
    return new Response(LARGE_GZIP.subarray(half), { status: 206, headers });
  });
  await using store = await makeImageStore();
  await assert.rejects(store.pull(registry.reference));
  assertNothingStored(store);
  broken = false;
  ranges.length = 0;
  await store.pull(registry.reference);
  assert.deepEqual(ranges, [`bytes=${half}-`]);
});

Deno.test("a partial download that was damaged on the disk is fetched anew", async () => {
  await using registry = serveImage({ tars: [LARGE], layers: [LARGE_GZIP] });
  await using store = await makeImageStore();
  await Deno.mkdir(store.paths.temporary, { recursive: true });
  const partial = `${store.paths.temporary}/blob-${digestOf(LARGE_GZIP).slice(7)}`;
  await Deno.writeFile(partial, new Uint8Array(LARGE_GZIP.length));
  await store.pull(registry.reference);
  assert.deepEqual(store.temporaries(), []);
});

Deno.test("a layer that stands still is given up", () =>
  refuses(/nothing came for 0.4 seconds/, { tars: [LARGE], layers: [LARGE_GZIP] }, (_request, url) => {
    const stuck = new ReadableStream({
      start: (controller) => controller.enqueue(LARGE_GZIP.subarray(0, 1000)),
    });
    if (isBlob(url, LARGE_GZIP)) return new Response(stuck);
  }));

Deno.test("a registry that never answers is given up", () =>
  refuses(/nothing came for 0.4 seconds/, {}, (request, url) => {
    if (!isManifest(url)) return undefined;
    return new Promise((resolve) => {
      const give = () => resolve(new Response());
      if (request.signal.aborted) give();
      else request.signal.addEventListener("abort", give);
    });
  }));

Deno.test("pullImage() ends at once when it is aborted, and leaves what arrived", async () => {
  const controller = new AbortController();
  await using registry = serveImage({ tars: [LARGE], layers: [LARGE_GZIP] }, (_request, url) => {
    if (!isBlob(url, LARGE_GZIP)) return undefined;
    setTimeout(() => controller.abort(new Error("enough")), 50);
    return new Response(new ReadableStream({ start: (body) => body.enqueue(LARGE_GZIP.subarray(0, 1000)) }));
  });
  await using store = await makeImageStore();
  await assert.rejects(store.pull(registry.reference, { signal: controller.signal }), /enough/);
  assertNothingStored(store);
  assert.deepEqual(store.temporaries(), [`blob-${digestOf(LARGE_GZIP).slice(7)}`]);
});

Deno.test("the first bad layer ends the transfer of the others", async () => {
  await using registry = serveImage({ tars: [TAR, LARGE], layers: [GZIP, LARGE_GZIP] }, (_request, url) => {
    if (isBlob(url, GZIP)) return new Response(flipped(GZIP, 40));
    if (!isBlob(url, LARGE_GZIP)) return undefined;
    return new Response(new ReadableStream({ start: (body) => body.enqueue(LARGE_GZIP.subarray(0, 1000)) }));
  });
  await using store = await makeImageStore();
  await assert.rejects(store.pull(registry.reference), /its digest is/);
  assertNothingStored(store);
});

Deno.test("a layer that grows beyond the ratio is refused", async () => {
  const zeros = tarOf({ zeros: "\0".repeat(100 * 1024 * 1024) });
  await refuses(/more than 200 times its size/, { tars: [zeros] });
});

Deno.test("an image that does not fit on the disk is refused before it is fetched", () =>
  refuses(/Cannot store 1 layers of .*the disk of .* free, it needs/, {
    manifest: (manifest) => ({ ...manifest, layers: [{ ...manifest.layers[0], size: 2 ** 39 }] }),
  }));
