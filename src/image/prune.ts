/** Removing all images that nobody needs. */
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import { familiarReference, parseReference } from "../../oci/reference.ts";
import { readEvenDamaged, type StoredImage } from "./image.ts";
import { recordImageEvent } from "./image_event.ts";
import { tryClaimImages } from "./in_use.ts";
import { ensureLayout } from "./layout.ts";
import type { RemovedImage, RemoveOptions } from "./remove.ts";
import { removeEntries, type RemoveEntriesOptions } from "./remove_entries.ts";
import { sweep } from "./sweep.ts";

/** Which images go, and what the caller knows of containers. */
export interface PruneImagesOptions extends Pick<RemoveOptions, "usedBy" | "diffIDsInUse"> {
  /** images with names too */
  all: boolean;
  fits: (image: StoredImage) => boolean;
}

/** What went. */
export interface PrunedImages extends RemovedImage {
  /** bytes on the disk: 0 while somebody pulls, what was theirs is removed with the next image */
  reclaimedBytes: number;
}

/** Removes every image that fits, that no container was made from and, unless `all`, that has no name. */
export async function pruneImages(paths: StorePaths, options: PruneImagesOptions): Promise<PrunedImages> {
  ensureLayout(paths);
  using claim = tryClaimImages(paths);
  const removed = await dropImages(
    paths,
    { ...options, claim },
    (images) =>
      images.filter((image) =>
        (options.all || namesOf(image).length === 0) && options.fits(image) &&
        options.usedBy(image).length === 0
      ),
  );
  const reclaimedBytes = claim ? sweep(paths, options.diffIDsInUse()) : 0;
  return { ...removed, reclaimedBytes };
}

/**
 * Takes images out of the index, with all their names; what only they needed is still to be swept.
 * @param choose those that go; nobody changes the index meanwhile
 */
export async function dropImages(
  paths: StorePaths,
  options: RemoveEntriesOptions,
  choose: (images: StoredImage[]) => StoredImage[],
): Promise<RemovedImage> {
  let gone: StoredImage[] = [];
  await removeEntries(paths, options, (entries) => {
    const images = Array.from(Map.groupBy(entries, ({ id }) => id).values(), (own) => {
      return readEvenDamaged(paths, own[0], own);
    });
    gone = choose(images);
    const ids = new Set<Digest>(gone.map(({ id }) => id));
    return { entries: entries.filter(({ id }) => !ids.has(id)), gone };
  });
  const untagged = gone.flatMap((image) =>
    namesOf(image).map((name) => {
      const familiar = familiarReference(parseReference(name));
      recordImageEvent(paths, "untag", { id: image.id, name: familiar });
      return familiar;
    })
  );
  for (const { id } of gone) recordImageEvent(paths, "delete", { id, name: id });
  return { untagged, deleted: gone.map(({ id }) => id) };
}

function namesOf({ references, repoDigests }: StoredImage): string[] {
  return [...references, ...repoDigests];
}
