/** Unpacked layers: one folder for each diffID, shared by all images that have it. */
import { exists } from "../base/optional_file.ts";
import { replaceFile } from "../store/atomic_write.ts";
import type { StorePaths } from "../store/paths.ts";
import { type Digest, hexOf } from "../../oci/digest.ts";

/** 96 bits name a layer well enough, and the paths of many layers must fit into one mount option. */
const SHORT_ID_DIGITS = 24;

/** What is remembered beside a layer's folder. */
interface LayerRecord {
  diffID: Digest;
  /** bytes of its files */
  unpackedBytes: number;
}

/** The folder of a layer: a lowerdir for overlayfs. */
export function layerDirectory(paths: StorePaths, diffID: Digest): string {
  return `${paths.layers}/${layerName(diffID)}`;
}

/** The name of a layer's folder below `paths.layers`. */
export function layerName(diffID: Digest): string {
  return hexOf(diffID).slice(0, SHORT_ID_DIGITS);
}

/** Bytes of an unpacked layer; undefined when it is not here. */
export function unpackedLayerBytes(paths: StorePaths, diffID: Digest): number | undefined {
  if (!exists(layerDirectory(paths, diffID))) return undefined;
  try {
    const record = JSON.parse(Deno.readTextFileSync(recordPath(paths, diffID))) as LayerRecord;
    return record.diffID === diffID ? record.unpackedBytes : undefined;
  } catch {
    return undefined; // without its record it is not known to be complete; it is unpacked again
  }
}

/** Bytes of a layer by its record's path; 0 when that can't be read. */
export function recordedBytes(path: string): number {
  try {
    return (JSON.parse(Deno.readTextFileSync(path)) as LayerRecord).unpackedBytes;
  } catch {
    return 0; // it is not known to be complete
  }
}

/**
 * Moves a complete layer, already on the disk, to its place. If another process was faster, its copy
 * stays and `from` is left for the caller to remove.
 */
export function publishLayer(paths: StorePaths, from: string, record: LayerRecord): void {
  // The record first: a folder that can be seen has one.
  replaceFile(recordPath(paths, record.diffID), JSON.stringify(record));
  try {
    Deno.renameSync(from, layerDirectory(paths, record.diffID));
  } catch (error) {
    if (!exists(layerDirectory(paths, record.diffID))) throw error;
  }
}

function recordPath(paths: StorePaths, diffID: Digest): string {
  return `${layerDirectory(paths, diffID)}.json`;
}
