import assert from "node:assert/strict";
import type { Descriptor } from "./image.ts";
import {
  formatPlatform,
  NoMatchingPlatformError,
  parsePlatform,
  platformMatches,
  selectManifest,
} from "./platform.ts";
import { UsageError } from "../src/base/errors.ts";

function indexOf(...platforms: string[]) {
  const manifests = platforms.map((text, number): Descriptor => {
    const [os, architecture, variant] = text.split("/");
    return {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: `sha256:${String(number).padStart(64, "0")}`,
      size: 1,
      platform: { os, architecture, ...(variant ? { variant } : {}) },
    };
  });
  return { schemaVersion: 2 as const, manifests };
}

function chosen(wanted: string, ...platforms: string[]): string {
  const index = indexOf(...platforms);
  return platforms[index.manifests.indexOf(selectManifest(index, parsePlatform(wanted)))];
}

Deno.test("selectManifest() takes the very platform", () => {
  assert.equal(chosen("linux/amd64", "linux/arm64/v8", "linux/amd64", "windows/amd64"), "linux/amd64");
});

Deno.test("selectManifest() takes arm64 and arm64/v8 for the same", () => {
  assert.equal(chosen("linux/arm64", "linux/arm/v7", "linux/arm64/v8"), "linux/arm64/v8");
  assert.equal(chosen("linux/arm64/v8", "linux/arm64"), "linux/arm64");
});

Deno.test("selectManifest() falls back from arm/v7 to the nearest older variant", () => {
  assert.equal(chosen("linux/arm/v7", "linux/arm/v5", "linux/arm/v6", "linux/arm64"), "linux/arm/v6");
  assert.equal(chosen("linux/arm", "linux/arm/v6", "linux/arm/v7"), "linux/arm/v7");
});

Deno.test("selectManifest() never takes a newer variant", () => {
  assert.throws(() => chosen("linux/arm/v6", "linux/arm/v7"), NoMatchingPlatformError);
  assert.throws(() => chosen("linux/amd64", "linux/amd64/v3"), NoMatchingPlatformError);
});

Deno.test("selectManifest() lists what there is when nothing matches", () => {
  assert.throws(
    () => chosen("linux/s390x", "linux/amd64", "linux/arm64/v8", "unknown/unknown"),
    /Cannot choose an image for linux\/s390x: there are linux\/amd64, linux\/arm64\/v8$/,
  );
});

Deno.test("selectManifest() passes over attestations and entries without a platform", () => {
  const index = indexOf("linux/amd64", "linux/amd64", "linux/amd64");
  index.manifests[0].annotations = { "vnd.docker.reference.type": "attestation-manifest" };
  delete index.manifests[1].platform;
  assert.equal(selectManifest(index, parsePlatform("linux/amd64")), index.manifests[2]);
});

Deno.test("selectManifest() takes a single manifest that names no platform", () => {
  const index = indexOf("linux/amd64");
  delete index.manifests[0].platform;
  assert.equal(selectManifest(index, parsePlatform("linux/arm64")), index.manifests[0]);
});

Deno.test("parsePlatform() knows the aliases of architectures", () => {
  assert.equal(formatPlatform(parsePlatform("aarch64")), "linux/arm64");
  assert.equal(formatPlatform(parsePlatform("linux/x86_64")), "linux/amd64");
  assert.equal(formatPlatform(parsePlatform("linux/armhf")), "linux/arm/v7");
});

for (const text of ["", "linux/", "a/b/c/d", "linux/amd 64"]) {
  Deno.test(`parsePlatform() refuses '${text}'`, () => {
    assert.throws(() => parsePlatform(text), UsageError);
  });
}

Deno.test("platformMatches() compares what an image is with what was asked for", () => {
  assert.ok(
    platformMatches({ os: "linux", architecture: "arm", variant: "v6" }, parsePlatform("linux/arm/v7")),
  );
  assert.ok(!platformMatches({ os: "linux", architecture: "arm64" }, parsePlatform("linux/amd64")));
});
