/** The keep policy: images that no container uses go by themselves (docs/images.md). */
import { statfsSync } from "node:fs";
import { buryFolders } from "../store/remove_folder.ts";
import type { StorePaths } from "../store/paths.ts";
import type { StoredImage } from "./image.ts";
import { tryClaimImages } from "./in_use.ts";
import { excessBytes, imagesToGo, type KeepPolicy } from "./keep_plan.ts";
import { lastUseMs } from "./last_use.ts";
import { ensureLayout } from "./layout.ts";
import { dropImages, type PrunedImages } from "./prune.ts";
import type { RemoveOptions } from "./remove.ts";
import { findUnneededWithout } from "./sweep.ts";

/** What is known of containers. */
export type ImageUse = Pick<RemoveOptions, "usedBy" | "diffIDsInUse">;

/** One that no container uses. */
export interface UnusedImage extends StoredImage {
  /** milliseconds since 1970 */
  lastUseMs: number;
}

/** What went. */
export interface ImagesLetGo extends PrunedImages {
  images: UnusedImage[];
}

/**
 * Removes what the policy lets go. Nothing does while somebody pulls or makes a container, for what they have got is
 * not known to be in use yet.
 * @returns undefined when it was put off for that
 */
export async function keepImages(
  paths: StorePaths,
  policy: KeepPolicy,
  use: ImageUse,
): Promise<ImagesLetGo | undefined> {
  ensureLayout(paths);
  const gone = await letGo(paths, policy, use);
  if (!gone) return undefined;
  const { deleteFiles, ...result } = gone;
  await deleteFiles(); // on a slow disk this takes a while: nobody has to wait for it
  return result;
}

/** Out of the index, and out of sight. */
async function letGo(paths: StorePaths, { keepMs, highWater = 100 }: KeepPolicy, use: ImageUse) {
  using claim = tryClaimImages(paths);
  if (!claim) return undefined;
  const excess = excessBytes(statfsSync(paths.data), highWater);
  let images: UnusedImage[] = [];
  const removed = await dropImages(paths, { ...use, claim }, (all) => {
    images = imagesToGo(unusedOf(paths, all, use), {
      now: Date.now(),
      keepMs,
      excessBytes: excess,
      freedWithout: (going) => findUnneededWithout(paths, going, use.diffIDsInUse()).sizeBytes,
    });
    return images;
  });
  const unneeded = findUnneededWithout(paths, [], use.diffIDsInUse());
  const deleteFiles = buryFolders(paths, unneeded.paths);
  return { ...removed, images, reclaimedBytes: unneeded.sizeBytes, deleteFiles };
}

/** A damaged image can't be used either: pulled again, it is as good as before. */
function unusedOf(paths: StorePaths, images: StoredImage[], { usedBy }: ImageUse): UnusedImage[] {
  return images.filter((image) => usedBy(image).length === 0)
    .map((image) => ({ ...image, lastUseMs: lastUseMs(paths, image.id) ?? 0 }));
}
