/**
 * When an image was used last: it is the modification time of its config. So an image that has just come counts as used,
 * and noting a use writes no file and waits for no disk: the time goes there with whatever goes next.
 */
import { ifThere } from "../base/optional_file.ts";
import type { Digest } from "../../oci/digest.ts";
import type { StorePaths } from "../store/paths.ts";
import { blobPath } from "./layout.ts";

/** Milliseconds since 1970; undefined when its config is lost. */
export function lastUseMs(paths: StorePaths, id: Digest): number | undefined {
  return ifThere(() => Deno.statSync(blobPath(paths, id)).mtime!.getTime());
}

/** The image has come, or a container that used it is about to go. One that is not there is fine. */
export function noteUse(paths: StorePaths, id: Digest): void {
  const last = lastUseMs(paths, id);
  const now = new Date();
  // A host without a clock of its own may think that it is last month, until the network tells it better.
  if (last === undefined || last >= now.getTime()) return;
  ifThere(() => Deno.utimeSync(blobPath(paths, id), now, now));
}
