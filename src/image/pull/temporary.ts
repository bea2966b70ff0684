/** What pulls and imports leave in `paths.temporary` while they work, and when they are killed. */
import type { StorePaths } from "../../store/paths.ts";
import { PartialBlob } from "./partial_blob.ts";

/**
 * `blob-<digest or import>` is a partial blob, and its flock says whether its owner lives;
 * `layer-<the same>` is the folder that the owner unpacks it into;
 * `write-<uuid>` is a small blob that is being written;
 * `removed-<uuid>` was part of the store and is being deleted.
 */
const BLOB_PREFIX = "blob-";
const LAYER_PREFIX = "layer-";
const REMOVED_PREFIX = "removed-";
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

/** Takes something out of the store in one step; deleting it may take its time and be interrupted. */
export function moveAside(paths: StorePaths, path: string): void {
  try {
    Deno.renameSync(path, `${paths.temporary}/${REMOVED_PREFIX}${crypto.randomUUID()}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Deletes what was moved aside, and what dead processes have left. */
export async function cleanTemporary(paths: StorePaths): Promise<void> {
  for (const { name } of Array.from(Deno.readDirSync(paths.temporary))) {
    const path = `${paths.temporary}/${name}`;
    if (name.startsWith(REMOVED_PREFIX)) await removeTree(path);
    else if (name.startsWith(LAYER_PREFIX)) {
      await cleanOwned(`${paths.temporary}/${BLOB_PREFIX}${name.slice(LAYER_PREFIX.length)}`);
    } else if (name.startsWith(BLOB_PREFIX)) await cleanOwned(path);
    else if (name.startsWith(WRITE_PREFIX) && ageMs(path) > KEEP_WRITE_MS) await removeTree(path);
  }
}

/** Removes a file or a folder with all that is in it; gone already is fine. */
export async function removeTree(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
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

async function cleanOwned(partialPath: string): Promise<void> {
  using partial = PartialBlob.tryOpen(partialPath);
  if (!partial) return; // its owner lives
  await removeTree(unpackingFolder(partialPath));
  const resumable = /-[0-9a-f]{64}$/.test(partialPath) && partial.sizeBytes > 0;
  if (!resumable || Date.now() - partial.modifiedMs > KEEP_PARTIAL_MS) partial.remove();
}
