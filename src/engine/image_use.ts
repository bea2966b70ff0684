/** What containers need of images. */
import type { StoredImage } from "../image/image.ts";
import type { RemoveOptions } from "../image/remove.ts";
import type { StorePaths } from "../store/paths.ts";
import { readState } from "../store/state.ts";

/** Looks at the containers anew each time it is asked. */
export function imageUse(paths: StorePaths): Pick<RemoveOptions, "usedBy" | "diffIDsInUse"> {
  const records = () => Object.values(readState(paths).containers);
  return {
    usedBy: ({ id }: StoredImage) =>
      records().filter((record) => record.imageId === id).map((record) => record.name),
    diffIDsInUse: () => new Set(records().flatMap((record) => record.image.rootfs.diff_ids)),
  };
}
