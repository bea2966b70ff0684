/** All images of the store. */
import type { StorePaths } from "../store/paths.ts";
import { readEvenDamaged, type StoredImage } from "./image.ts";
import { readEntries } from "./layout.ts";

/** Every image once, whatever number of names it has; the newest first. One damaged image hides no other. */
export function listImages(paths: StorePaths): StoredImage[] {
  const byId = Map.groupBy(readEntries(paths), ({ id }) => id);
  const images = Array.from(byId.values(), (entries) => readEvenDamaged(paths, entries[0], entries));
  return images.sort((one, other) => createdMs(other) - createdMs(one));
}

function createdMs({ createdAt }: StoredImage): number {
  return Date.parse(createdAt ?? "") || 0;
}
