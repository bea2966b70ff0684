/** What a registry sends as manifests, checked once: from here on it has the shape that its type says. */
import { BudgieError } from "../../base/errors.ts";
import { isDigest } from "../../../oci/digest.ts";
import type { Descriptor, ImageIndex, Manifest } from "../../../oci/image.ts";
import { isConfigType, isIndexType, isManifestType, isSchema1Type } from "../../../oci/media_type.ts";
import { compressionOf } from "../layer/compression.ts";

/** Bounds on what one image may list; the largest known ones are far below. */
const MAX_LAYERS = 512;
const MAX_INDEX_ENTRIES = 1024;
/** A blob larger than this is a mistake or an attack. */
const MAX_BLOB_BYTES = 2 ** 40;

/** What came is not an image that can be pulled. */
export class UnusableImageError extends BudgieError {
  override name = "UnusableImageError";

  constructor(what: string, reason: string, options: { hint?: string; cause?: unknown } = {}) {
    super(`Cannot use ${what}: ${reason}`, options);
  }
}

/** What a registry may answer to the name of an image. */
export type Document = { kind: "index"; index: ImageIndex } | { kind: "manifest"; manifest: Manifest };

/**
 * An index or a manifest.
 * @param mediaType as the registry or the descriptor says; the document's own word wins
 * @throws UnusableImageError, and LayerError when a layer is no tar
 */
export function parseDocument(content: Uint8Array, mediaType: string, what: string): Document {
  const json = parseJson(content, "manifest", what);
  const type = typeof json.mediaType === "string" ? json.mediaType : mediaType;
  if (isSchema1Type(type) || json.schemaVersion === 1) {
    throw new UnusableImageError(
      what,
      "it is in docker's manifest format version 2, schema 1, which has ended",
      {
        hint: "Push the image again with a current tool, or copy it with skopeo copy --format oci",
      },
    );
  }
  // One document that is both would be read differently by different programs (CVE-2021-41190).
  if ("manifests" in json && ("layers" in json || "config" in json)) {
    throw new UnusableImageError(what, "it claims to be an index and a manifest at once");
  }
  if (json.schemaVersion !== 2) {
    throw new UnusableImageError(what, "it is not a manifest (no schemaVersion 2)");
  }
  if (isIndexType(type) || (!isManifestType(type) && "manifests" in json)) {
    return { kind: "index", index: parseIndex(json, what) };
  }
  return { kind: "manifest", manifest: parseManifest(json, what) };
}

function parseIndex(json: Record<string, unknown>, what: string): ImageIndex {
  const manifests = parseList(json.manifests, MAX_INDEX_ENTRIES, "manifests", what);
  // Others may be of a kind that came after us: they are not for this machine.
  const known = manifests.filter((entry) => {
    const platform = (entry as Descriptor).platform;
    return isDescriptor(entry) &&
      (platform === undefined ||
        typeof platform?.os === "string" && typeof platform.architecture === "string");
  });
  return { ...json, schemaVersion: 2, manifests: known as Descriptor[] };
}

function parseManifest(json: Record<string, unknown>, what: string): Manifest {
  const { config, layers } = parseBlobs(json, what);
  if (!isConfigType(config.mediaType)) {
    throw new UnusableImageError(
      what,
      `it is not a container image but an artifact of type '${kindOf(json, config)}'`,
    );
  }
  for (const { mediaType } of layers) compressionOf(mediaType);
  return { ...json, schemaVersion: 2, config, layers };
}

/** What a manifest of any kind refers to: an index may name, besides images, what only belongs to them. */
export function parseBlobs(
  json: Record<string, unknown>,
  what: string,
): { config: Descriptor; layers: Descriptor[] } {
  const { config } = json;
  if (!isDescriptor(config)) throw new UnusableImageError(what, "its manifest has no valid config");
  const layers = parseList(json.layers, MAX_LAYERS, "layers", what).map((layer) => {
    if (isDescriptor(layer)) return layer;
    throw new UnusableImageError(what, "its manifest has a layer without digest or size");
  });
  return { config, layers };
}

function kindOf({ artifactType }: Record<string, unknown>, config: Descriptor): string {
  return isPrintable(artifactType) ? artifactType : config.mediaType;
}

function parseList(value: unknown, maxLength: number, name: string, what: string): unknown[] {
  if (!Array.isArray(value)) throw new UnusableImageError(what, `its list of ${name} is missing`);
  if (value.length <= maxLength) return value;
  throw new UnusableImageError(what, `it lists ${value.length} ${name}, more than the limit of ${maxLength}`);
}

function isDescriptor(value: unknown): value is Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Descriptor;
  return isPrintable(mediaType) && isDigest(digest) &&
    Number.isSafeInteger(size) && size >= 0 && size <= MAX_BLOB_BYTES;
}

/** A word that may stand in a message, and so on a terminal. */
export function isPrintable(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]{1,255}$/.test(value);
}

/** An object of JSON. @throws UnusableImageError */
export function parseJson(content: Uint8Array, kind: string, what: string): Record<string, unknown> {
  try {
    const json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
    throw new TypeError("it is not an object");
  } catch (cause) {
    throw new UnusableImageError(what, `its ${kind} is not a JSON document`, { cause });
  }
}
