/** One at a time changes links and rules: what one makes, another derives from. */
import { type Lock, waitForLock } from "../../store/lock.ts";
import type { StorePaths } from "../../store/paths.ts";

/** Held for some ten milliseconds, or as long as `nft` takes. */
export function lockNetworks(paths: StorePaths): Promise<Lock> {
  return waitForLock(`${paths.locks}/network`);
}
