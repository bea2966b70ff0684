/** From a reference to the one manifest that fits the platform, and its configuration. */
import type { StorePaths } from "../../store/paths.ts";
import { type Digest, digestOf } from "../../../oci/digest.ts";
import type { Descriptor, ImageConfig, Manifest, Platform } from "../../../oci/image.ts";
import { OCI_MANIFEST } from "../../../oci/media_type.ts";
import { formatPlatform, hostPlatform, platformMatches, selectManifest } from "../../../oci/platform.ts";
import { familiarReference, type Reference } from "../../../oci/reference.ts";
import { platformOf } from "../image.ts";
import { blobPath, hasBlob } from "../layout.ts";
import { MAX_MANIFEST_BYTES } from "../registry/client.ts";
import type { ImageSource } from "../registry/source.ts";
import { type Document, parseDocument, UnusableImageError } from "./document.ts";
import { parseConfig } from "./image_config.ts";
import { DigestMismatchError } from "../mismatch.ts";

/** Docker refuses more than 4 MiB for a manifest; a config holds history and labels besides. */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** All of an image but its layers, verified. */
export interface ResolvedImage {
  descriptor: Descriptor;
  manifest: Manifest;
  config: ImageConfig;
  /** byte for byte, for the store */
  manifestBytes: Uint8Array;
  configBytes: Uint8Array;
  /** what the registry calls by this name: the index's digest if there is one, else the manifest's */
  repoDigest: Digest;
}

/**
 * Fetches the documents of an image and verifies them; no layer is touched.
 * @param options.platform undefined: the host's, and an image without a choice is taken as it is
 */
export async function resolveImage(
  source: ImageSource,
  reference: Reference,
  options: { platform?: Platform; paths: StorePaths },
): Promise<ResolvedImage> {
  const name = familiarReference(reference);
  const what = `the manifest of '${name}'`;
  const top = await source.manifest(reference.digest ?? reference.tag!, what);
  const repoDigest = digestOf(top.bytes);
  if (reference.digest && repoDigest !== reference.digest) {
    throw new DigestMismatchError(what, reference.digest, repoDigest);
  }
  const document = parseDocument(top.bytes, top.mediaType, `'${name}'`);
  const chosen = await chooseManifest(source, document, { ...options, name, top });
  const { config: { digest, size } } = chosen.manifest;
  const configBytes = await fetchConfig(source, options.paths, { digest, size, name });
  const config = parseConfig(configBytes, chosen.manifest, `'${name}'`);
  // With an index the choice was made there; without one, what was asked for by name must be it.
  if (document.kind === "manifest") checkPlatform(config, options.platform, name);
  const descriptor = {
    mediaType: chosen.mediaType,
    digest: digestOf(chosen.bytes),
    size: chosen.bytes.byteLength,
    platform: platformOf(config),
  };
  return { ...chosen, descriptor, config, manifestBytes: chosen.bytes, configBytes, repoDigest };
}

interface ChosenManifest {
  manifest: Manifest;
  bytes: Uint8Array;
  mediaType: string;
}

async function chooseManifest(
  source: ImageSource,
  document: Document,
  options: { platform?: Platform; name: string; top: { bytes: Uint8Array; mediaType: string } },
): Promise<ChosenManifest> {
  const { name, top } = options;
  if (document.kind === "manifest") {
    const mediaType = document.manifest.mediaType ?? (top.mediaType || OCI_MANIFEST);
    return { manifest: document.manifest, bytes: top.bytes, mediaType };
  }
  const { digest, size, mediaType } = selectManifest(document.index, options.platform ?? hostPlatform());
  const what = `the manifest ${digest} of '${name}'`;
  if (size > MAX_MANIFEST_BYTES) {
    throw new UnusableImageError(what, `its ${size} bytes are more than the limit of ${MAX_MANIFEST_BYTES}`);
  }
  const { bytes } = await source.manifest(digest, what);
  verify(bytes, { digest, size, what });
  const inner = parseDocument(bytes, mediaType, `'${name}'`);
  if (inner.kind === "index") throw new UnusableImageError(`'${name}'`, "its index leads to another index");
  return { manifest: inner.manifest, bytes, mediaType: inner.manifest.mediaType ?? mediaType };
}

async function fetchConfig(
  source: ImageSource,
  paths: StorePaths,
  { digest, size, name }: { digest: Digest; size: number; name: string },
): Promise<Uint8Array> {
  const what = `the configuration of '${name}'`;
  if (size > MAX_CONFIG_BYTES) {
    throw new UnusableImageError(what, `its ${size} bytes are more than the limit of ${MAX_CONFIG_BYTES}`);
  }
  if (hasBlob(paths, { digest, size })) {
    const stored = Deno.readFileSync(blobPath(paths, digest));
    if (digestOf(stored) === digest) return stored;
  }
  const bytes = await source.smallBlob(digest, { what, maxBytes: MAX_CONFIG_BYTES });
  verify(bytes, { digest, size, what });
  return bytes;
}

function verify(
  bytes: Uint8Array,
  { digest, size, what }: { digest: Digest; size: number; what: string },
): void {
  if (bytes.byteLength !== size) {
    throw new UnusableImageError(what, `it has ${bytes.byteLength} bytes instead of ${size}`);
  }
  const found = digestOf(bytes);
  if (found !== digest) throw new DigestMismatchError(what, digest, found);
}

function checkPlatform(config: ImageConfig, wanted: Platform | undefined, name: string): void {
  if (!wanted || platformMatches(platformOf(config), wanted)) return;
  throw new UnusableImageError(
    `'${name}'`,
    `it is for ${formatPlatform(platformOf(config))} only, not for ${formatPlatform(wanted)}`,
    { hint: "Leave --platform away, or choose another image" },
  );
}
