/** What pulls and imports leave in `paths.temporary` while they work, and when they are killed. */
import type { StorePaths } from "../../store/paths.ts";
import { removeFolder, sweepRemoved } from "../../store/remove_folder.ts";
import { PartialBlob } from "./partial_blob.ts";

/**
 * `blob-<digest or import>` is a partial blob, and its flock says whether its owner lives;
 * `layer-<the same>` is the folder that the owner unpacks it into;
 * `write-<uuid>` is a small blob that is being written.
 */
const BLOB_PREFIX = "blob-";
const LAYER_PREFIX = "layer-";
const WRITE_PREFIX = "write-";
/** Writing a small blob takes no longer, whatever the disk. */
const KEEP_WRITE_MS = 3600 * 1000;
/** A partial download is of use for resuming only as long as somebody may still want it. */
const KEEP_PARTIAL_MS = 7 * 24 * 3600 * 1000;

/** The folder that belongs to a partial blob. */
export function unpackingFolder(partialPath: string): string {
  const slash = partialPath.lastIndexOf("/") + 1;
  return partialPath.slice(0, slash) + LAYER_PREFIX + partialPath.slice(slash + BLOB_PREFIX.length);
}

/** Makes that folder, the root of a layer: everybody may enter it, whatever the umask. */
export function makeUnpackingFolder(directory: string): void {
  Deno.mkdirSync(directory);
  Deno.chmodSync(directory, 0o755);
}

/** Deletes what dead processes have left. */
export function cleanTemporary(paths: StorePaths): void {
  sweepRemoved(paths);
  for (const { name } of Array.from(Deno.readDirSync(paths.temporary))) {
    const path = `${paths.temporary}/${name}`;
    if (name.startsWith(LAYER_PREFIX)) {
      cleanOwned(paths, `${paths.temporary}/${BLOB_PREFIX}${name.slice(LAYER_PREFIX.length)}`);
    } else if (name.startsWith(BLOB_PREFIX)) cleanOwned(paths, path);
    else if (name.startsWith(WRITE_PREFIX) && ageMs(path) > KEEP_WRITE_MS) removeFolder(paths, path);
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - (Deno.statSync(path).mtime?.getTime() ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function cleanOwned(paths: StorePaths, partialPath: string): void {
  using partial = PartialBlob.tryOpen(partialPath);
  if (!partial) return; // its owner lives
  removeFolder(paths, unpackingFolder(partialPath));
  const resumable = /-[0-9a-f]{64}$/.test(partialPath) && partial.sizeBytes > 0;
  if (!resumable || Date.now() - partial.modifiedMs > KEEP_PARTIAL_MS) partial.remove();
}
