/** Finding what no image needs any more. */
import type { StorePaths } from "../store/paths.ts";
import { removeFolder } from "../store/remove_folder.ts";
import { type Digest, hexOf } from "../../oci/digest.ts";
import type { ImageConfig, ImageIndex, Manifest } from "../../oci/image.ts";
import { layerName } from "./layer_store.ts";
import { blobFolder, DamagedImageError, manifestDigests, readJsonBlob } from "./layout.ts";

/**
 * Removes every blob and layer from the store that cannot be reached from index.json. For who holds the claim
 * on the images (in_use.ts).
 */
export function sweep(paths: StorePaths, diffIDsInUse: ReadonlySet<Digest>): void {
  const blobs = new Set<string>();
  const layers = new Set(Array.from(diffIDsInUse, layerName));
  for (const digest of manifestDigests(paths)) mark(paths, digest, { blobs, layers });
  for (const { name } of Array.from(Deno.readDirSync(blobFolder(paths)))) {
    if (!blobs.has(name)) removeFolder(paths, `${blobFolder(paths)}/${name}`);
  }
  for (const { name } of Array.from(Deno.readDirSync(paths.layers))) {
    if (!layers.has(name.replace(/\.json$/, ""))) removeFolder(paths, `${paths.layers}/${name}`);
  }
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
