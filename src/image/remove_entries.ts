/** Taking images out of the index, also when the disk is full: what removes must not need room. */
import { isDiskFull } from "../base/disk_full.ts";
import { removeFolder } from "../store/remove_folder.ts";
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import type { StoredImage } from "./image.ts";
import { changeEntries, type ImageEntry } from "./layout.ts";
import { findUnneededWithout } from "./sweep.ts";

export interface RemoveEntriesOptions {
  /** on the images (in_use.ts); undefined: somebody adds some, and nothing but the index can be changed */
  claim: Disposable | undefined;
  diffIDsInUse: () => ReadonlySet<Digest>;
}

/**
 * Changes the index under its lock. On a full disk the layers of the images that go make room for it: when that is all
 * that happens, because of a kill, the next pull unpacks them again.
 * @param plan the entries that stay, and the images that none of them names any more
 */
export async function removeEntries(
  paths: StorePaths,
  { claim, diffIDsInUse }: RemoveEntriesOptions,
  plan: (entries: ImageEntry[]) => { entries: ImageEntry[]; gone: StoredImage[] },
): Promise<void> {
  let gone: StoredImage[] = [];
  const change = (entries: ImageEntry[]) => {
    const planned = plan(entries);
    gone = planned.gone;
    return planned.entries;
  };
  try {
    await changeEntries(paths, change);
  } catch (error) {
    if (!claim || !isDiskFull(error)) throw error;
    const unneeded = findUnneededWithout(paths, gone, diffIDsInUse());
    for (const path of unneeded.paths.filter((path) => path.startsWith(`${paths.layers}/`))) {
      removeFolder(paths, path);
    }
    await changeEntries(paths, change);
  }
}
