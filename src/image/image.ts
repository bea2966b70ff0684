/** An image of the store, as everybody else sees it. */
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ImageConfig, Manifest, Platform } from "../../oci/image.ts";
import { DamagedImageError, type ImageEntry, readJsonBlob } from "./layout.ts";
import { isDigestName } from "./name.ts";

/** What manifest, config and index say of an image, gathered. */
export interface StoredImage {
  /** digest of the config: docker's image ID */
  id: Digest;
  manifestDigest: Digest;
  /** whole names with a tag: `docker.io/library/nginx:latest` */
  references: string[];
  /** whole names with the digest that a registry knows: `docker.io/library/nginx@sha256:…` */
  repoDigests: string[];
  config: ImageConfig;
  platform: Platform;
  /** a date, as RFC 3339 has them; undefined when the image says none */
  createdAt?: string;
  /** of the unpacked layers */
  sizeBytes: number;
  /** lowest layer first */
  diffIDs: Digest[];
}

/**
 * Reads an image's manifest and config.
 * @param names all entries of the store with the same ID
 * @throws DamagedImageError
 */
export function readImage(paths: StorePaths, entry: ImageEntry, names: readonly ImageEntry[]): StoredImage {
  const manifest = readJsonBlob<Manifest>(paths, entry.manifest, entry.id);
  const config = readJsonBlob<ImageConfig>(paths, manifest.config.digest, entry.id);
  return describe(entry, names, config);
}

/**
 * Like readImage, for those who list or remove: of an image whose files are lost, what the index says of it;
 * its config is empty.
 */
export function readEvenDamaged(
  paths: StorePaths,
  entry: ImageEntry,
  names: readonly ImageEntry[],
): StoredImage {
  try {
    return readImage(paths, entry, names);
  } catch (error) {
    if (!(error instanceof DamagedImageError)) throw error;
    const { os = "", architecture = "" } = entry.descriptor.platform ?? {};
    return describe(entry, names, { os, architecture, rootfs: { type: "layers", diff_ids: [] } });
  }
}

function describe(entry: ImageEntry, names: readonly ImageEntry[], config: ImageConfig): StoredImage {
  const all = names.map(({ name }) => name).filter((name) => name !== undefined);
  const diffIDs = config.rootfs?.diff_ids ?? []; // an image without layers may say nothing of them
  return {
    id: entry.id,
    manifestDigest: entry.manifest,
    references: all.filter((name) => !isDigestName(name)),
    repoDigests: all.filter(isDigestName),
    config: { ...config, rootfs: { type: "layers", diff_ids: diffIDs } },
    platform: platformOf(config),
    createdAt: Number.isNaN(Date.parse(config.created ?? "")) ? undefined : config.created,
    sizeBytes: entry.unpackedBytes,
    diffIDs,
  };
}

/** What an image is for, by its config. */
export function platformOf({ os, architecture, variant }: ImageConfig): Platform {
  return { os, architecture, ...(variant ? { variant } : {}) };
}
