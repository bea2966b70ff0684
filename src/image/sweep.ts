/** Finding what no image needs any more. */
import type { StorePaths } from "../store/paths.ts";
import { removeFolder } from "../store/remove_folder.ts";
import { type Digest, hexOf } from "../../oci/digest.ts";
import type { ImageConfig, ImageIndex, Manifest } from "../../oci/image.ts";
import type { StoredImage } from "./image.ts";
import { layerName, recordedBytes } from "./layer_store.ts";
import { blobFolder, DamagedImageError, manifestDigests, readJsonBlob } from "./layout.ts";

/** What could go from the store: paths, and the bytes that they take. */
export interface Unneeded {
  paths: string[];
  sizeBytes: number;
}

/**
 * Removes every blob and layer from the store that cannot be reached from index.json. For who holds the claim
 * on the images (in_use.ts).
 * @returns the bytes that were freed
 */
export function sweep(paths: StorePaths, diffIDsInUse: ReadonlySet<Digest>): number {
  const unneeded = findUnneededWithout(paths, [], diffIDsInUse);
  for (const path of unneeded.paths) removeFolder(paths, path);
  return unneeded.sizeBytes;
}

/** What would be unneeded without these images. */
export function findUnneededWithout(
  paths: StorePaths,
  images: readonly Pick<StoredImage, "id">[],
  diffIDsInUse: ReadonlySet<Digest>,
): Unneeded {
  const manifests = manifestDigests(paths, { except: new Set(images.map(({ id }) => id)) });
  return findUnneeded(paths, { manifests, diffIDsInUse });
}

/** Every blob and layer that neither these manifests nor these layers of containers need. */
export function findUnneeded(
  paths: StorePaths,
  needed: { manifests: readonly Digest[]; diffIDsInUse: ReadonlySet<Digest> },
): Unneeded {
  const blobs = new Set<string>();
  const layers = new Set(Array.from(needed.diffIDsInUse, layerName));
  for (const digest of needed.manifests) mark(paths, digest, { blobs, layers });
  const unneeded: Unneeded = { paths: [], sizeBytes: 0 };
  for (const { name } of Array.from(Deno.readDirSync(blobFolder(paths)))) {
    if (blobs.has(name)) continue;
    const path = `${blobFolder(paths)}/${name}`;
    unneeded.paths.push(path);
    unneeded.sizeBytes += Deno.statSync(path).size;
  }
  for (const { name } of Array.from(Deno.readDirSync(paths.layers))) {
    if (layers.has(name.replace(/\.json$/, ""))) continue;
    const path = `${paths.layers}/${name}`;
    if (name.endsWith(".json")) unneeded.sizeBytes += recordedBytes(path);
    unneeded.paths.push(path);
  }
  return unneeded;
}

interface Marks {
  /** hex digits of digests */
  blobs: Set<string>;
  /** names of folders */
  layers: Set<string>;
}

/** A manifest and all it refers to; an index that another program stored, with all its manifests. */
function mark(paths: StorePaths, digest: Digest, marks: Marks): void {
  if (marks.blobs.has(hexOf(digest))) return;
  marks.blobs.add(hexOf(digest));
  const document = readUnlessDamaged<Partial<Manifest & ImageIndex>>(paths, digest);
  for (const inner of document?.manifests ?? []) mark(paths, inner.digest, marks);
  for (const layer of document?.layers ?? []) marks.blobs.add(hexOf(layer.digest));
  if (!document?.config) return;
  marks.blobs.add(hexOf(document.config.digest));
  const config = readUnlessDamaged<Partial<ImageConfig>>(paths, document.config.digest);
  for (const diffID of config?.rootfs?.diff_ids ?? []) marks.layers.add(layerName(diffID));
}

// A damaged image keeps nothing that only it could name.
function readUnlessDamaged<Content>(paths: StorePaths, digest: Digest): Content | undefined {
  try {
    return readJsonBlob<Content>(paths, digest, digest);
  } catch (error) {
    if (error instanceof DamagedImageError) return undefined;
    throw error;
  }
}
