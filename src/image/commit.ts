/** An image and one more layer become another image. */
import { BudgieError } from "../base/errors.ts";
import { shownName } from "../base/tar/byte_string.ts";
import type { StorePaths } from "../store/paths.ts";
import { type Digest, hexOf } from "../../oci/digest.ts";
import type { Descriptor, ExecutionConfig, HistoryEntry, ImageConfig, Manifest } from "../../oci/image.ts";
import { findImage } from "./find.ts";
import type { StoredImage } from "./image.ts";
import { holdImages } from "./in_use.ts";
import { compressionOf, layerMediaType } from "./layer/compression.ts";
import { gzip } from "./layer/compress.ts";
import { LayerError } from "./layer/layer_error.ts";
import { hasBlob, readJsonBlob } from "./layout.ts";
import { unpackLimits } from "./limits.ts";
import { addImage, layerDescriptor, newImageName } from "./new_image.ts";
import { cleanTemporary } from "./pull/temporary.ts";
import { storeLayer } from "./store_layer.ts";

/** What the new image says of itself. */
export interface CommitOptions {
  /** the image below the new layer */
  base: Digest;
  /** name or name:tag; undefined: the image has an ID only */
  reference?: string;
  /** defaults for its containers */
  config: ExecutionConfig;
  /** how the layer came to be */
  createdBy: string;
  author?: string;
  comment?: string;
  signal?: AbortSignal;
}

/**
 * @param tar of the new layer, not packed
 * @throws BudgieError when the image below is not here in one piece; InvalidReferenceError; what `tar` throws
 */
export async function commitImage(
  paths: StorePaths,
  tar: AsyncIterable<Uint8Array>,
  options: CommitOptions,
): Promise<StoredImage> {
  const name = options.reference === undefined ? undefined : newImageName(options.reference);
  cleanTemporary(paths);
  using _hold = await holdImages(paths, options);
  const { image, layers } = findBase(paths, options.base);
  // What the container could write, its image may have: no bomb is feared.
  const limits = { ...unpackLimits(), maxRatio: Infinity };
  const layer = await storeLayer(paths, gzip(tar), {
    what: "the container's changes",
    limits,
    signal: options.signal,
  })
    .catch(commitError);
  return await addImage(paths, {
    name,
    config: newConfig(image, layer.diffID, options),
    layers: [...layers, layerDescriptor(layer)],
    unpackedBytes: image.sizeBytes + layer.unpackedBytes,
  }, options);
}

function findBase(paths: StorePaths, base: Digest): { image: StoredImage; layers: Descriptor[] } {
  const image = findImage(paths, base);
  const layers = image ? readJsonBlob<Manifest>(paths, image.manifestDigest, image.id).layers : [];
  if (image && layers.every((layer) => hasBlob(paths, layer))) return { image, layers: layers.map(asOci) };
  throw new BudgieError(
    `Cannot make an image: the one that it is based on, ${
      hexOf(base).slice(0, 12)
    }, is no longer on this host`,
    { hint: "Pull that image again" },
  );
}

// Docker's media types mean the same, and have no place in an OCI manifest.
function asOci({ mediaType, digest, size, annotations }: Descriptor): Descriptor {
  return {
    mediaType: layerMediaType(compressionOf(mediaType)),
    digest,
    size,
    ...(annotations ? { annotations } : {}),
  };
}

function newConfig({ config: base }: StoredImage, diffID: Digest, options: CommitOptions): ImageConfig {
  const created = new Date().toISOString();
  const { author, comment, createdBy, config } = options;
  const { history, rootfs, author: _, ...kept } = base;
  return {
    ...kept,
    created,
    ...(author ? { author } : {}),
    config,
    rootfs: { type: "layers", diff_ids: [...rootfs.diff_ids, diffID] },
    history: [
      ...wholeHistory(history ?? [], rootfs.diff_ids.length),
      {
        created,
        created_by: createdBy,
        ...(author ? { author } : {}),
        ...(comment ? { comment } : {}),
      },
    ],
  };
}

// Readers match the steps to the layers: what an image did not tell is filled up, so that ours is the last one's.
function wholeHistory(history: readonly HistoryEntry[], layers: number): HistoryEntry[] {
  const told = history.filter((step) => !step.empty_layer).length;
  return [...Array.from({ length: Math.max(0, layers - told) }, () => ({})), ...history];
}

function commitError(error: unknown): never {
  if (!(error instanceof LayerError)) throw error;
  const { entry, reason, hint, cause } = error;
  const subject = entry === undefined ? "the container's changes" : `'/${shownName(entry)}'`;
  throw new BudgieError(`Cannot store ${subject} in an image: ${reason}`, { hint, cause });
}
