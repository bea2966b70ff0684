/** From a reference to the one manifest that fits the platform, and its configuration. */
import type { StorePaths } from "../../store/paths.ts";
import { type Digest, digestOf, isDigest } from "../../../oci/digest.ts";
import type { Descriptor, ImageConfig, ImageIndex, Manifest, Platform } from "../../../oci/image.ts";
import { isIndexType, OCI_INDEX, OCI_MANIFEST } from "../../../oci/media_type.ts";
import { formatPlatform, hostPlatform, platformMatches, selectManifest } from "../../../oci/platform.ts";
import type { BlobSource } from "../blob_source.ts";
import { platformOf } from "../image.ts";
import { blobPath, hasBlob } from "../layout.ts";
import { MAX_MANIFEST_BYTES } from "../registry/client.ts";
import { type Document, parseDocument, UnusableImageError } from "./document.ts";
import { parseConfig } from "./image_config.ts";
import { DigestMismatchError, SizeMismatchError, verifyDigest } from "../mismatch.ts";

/** Docker refuses more than 4 MiB for a manifest; a config holds history and labels besides. */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** Which image of a source. */
export interface WantedImage {
  /** for messages */
  name: string;
  /** a tag or a digest */
  reference: string;
}

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
  /** what the manifest was chosen from, if there was a choice */
  index?: FoundIndex;
}

/** An index as it came. */
export interface FoundIndex {
  index: ImageIndex;
  /** byte for byte */
  bytes: Uint8Array;
  mediaType: string;
}

/**
 * Fetches the documents of an image and verifies them; no layer is touched.
 * @param options.platform undefined: the host's, and an image without a choice is taken as it is
 */
export async function resolveImage(
  source: BlobSource,
  { name, reference }: WantedImage,
  options: { platform?: Platform; paths: StorePaths },
): Promise<ResolvedImage> {
  const what = `the manifest of '${name}'`;
  const top = await source.manifest(reference, what);
  const repoDigest = digestOf(top.bytes);
  if (isDigest(reference) && repoDigest !== reference) {
    throw new DigestMismatchError(what, reference, repoDigest);
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
  index?: FoundIndex;
}

async function chooseManifest(
  source: BlobSource,
  document: Document,
  options: {
    platform?: Platform;
    paths: StorePaths;
    name: string;
    top: { bytes: Uint8Array; mediaType: string };
  },
): Promise<ChosenManifest> {
  const { name, top } = options;
  if (document.kind === "manifest") {
    const mediaType = document.manifest.mediaType ?? (top.mediaType || OCI_MANIFEST);
    return { manifest: document.manifest, bytes: top.bytes, mediaType };
  }
  const selected = selectManifest(document.index, options.platform ?? hostPlatform());
  const bytes = await fetchManifest(source, selected, options);
  const inner = parseDocument(bytes, selected.mediaType, `'${name}'`);
  if (inner.kind === "index") throw new UnusableImageError(`'${name}'`, NESTED);
  const types = [document.index.mediaType ?? "", top.mediaType];
  const index = {
    index: document.index,
    bytes: top.bytes,
    mediaType: types.find(isIndexType) ?? OCI_INDEX,
  };
  return {
    manifest: inner.manifest,
    bytes,
    mediaType: inner.manifest.mediaType ?? selected.mediaType,
    index,
  };
}

/** No program makes such, and none reads them alike. */
export const NESTED = "its index leads to another index";

/** A manifest that an index names, byte for byte as the index says; one that is here is not fetched again. */
export async function fetchManifest(
  source: BlobSource,
  { digest, size }: Descriptor,
  { paths, name }: { paths: StorePaths; name: string },
): Promise<Uint8Array> {
  const what = `the manifest ${digest} of '${name}'`;
  if (size > MAX_MANIFEST_BYTES) {
    throw new UnusableImageError(what, `its ${size} bytes are more than the limit of ${MAX_MANIFEST_BYTES}`);
  }
  const stored = storedDocument(paths, { digest, size });
  if (stored) return stored;
  const { bytes } = await source.manifest(digest, what);
  verify(bytes, { digest, size, what });
  return bytes;
}

async function fetchConfig(
  source: BlobSource,
  paths: StorePaths,
  { digest, size, name }: { digest: Digest; size: number; name: string },
): Promise<Uint8Array> {
  const what = `the configuration of '${name}'`;
  if (size > MAX_CONFIG_BYTES) {
    throw new UnusableImageError(what, `its ${size} bytes are more than the limit of ${MAX_CONFIG_BYTES}`);
  }
  const stored = storedDocument(paths, { digest, size });
  if (stored) return stored;
  const bytes = await source.smallBlob(digest, { what, maxBytes: MAX_CONFIG_BYTES });
  verify(bytes, { digest, size, what });
  return bytes;
}

/** A small blob that is here; undefined when it is not, or damaged. */
function storedDocument(
  paths: StorePaths,
  { digest, size }: { digest: Digest; size: number },
): Uint8Array | undefined {
  if (!hasBlob(paths, { digest, size })) return undefined;
  const stored = Deno.readFileSync(blobPath(paths, digest));
  return digestOf(stored) === digest ? stored : undefined;
}

function verify(
  bytes: Uint8Array,
  { digest, size, what }: { digest: Digest; size: number; what: string },
): void {
  if (bytes.byteLength !== size) throw new SizeMismatchError(what, size, bytes.byteLength);
  verifyDigest(bytes, digest, what);
}

function checkPlatform(config: ImageConfig, wanted: Platform | undefined, name: string): void {
  if (!wanted || platformMatches(platformOf(config), wanted)) return;
  throw new UnusableImageError(
    `'${name}'`,
    `it is for ${formatPlatform(platformOf(config))} only, not for ${formatPlatform(wanted)}`,
    { hint: "Leave --platform away, or choose another image" },
  );
}
