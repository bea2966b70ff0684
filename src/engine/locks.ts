/** The two locks of a container, in its own folder; they end with the folder. */
import { type Lock, tryLock, waitForLock } from "../store/lock.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerFiles } from "./container_files.ts";

/** To start, stop or remove it; undefined when it is gone. */
export function lockForChange(paths: StorePaths, id: string): Promise<Lock | undefined> {
  return waitForLock(containerFiles(paths, id).changeLock).catch(undefinedIfGone);
}

/** To drain its output: waits while somebody else does; undefined when it is gone. @throws when aborted */
export function lockForPump(paths: StorePaths, id: string, signal?: AbortSignal): Promise<Lock | undefined> {
  return waitForLock(containerFiles(paths, id).pumpLock, { signal }).catch(undefinedIfGone);
}

/** undefined when somebody else drains it, or it is gone. */
export function tryLockForPump(paths: StorePaths, id: string): Lock | undefined {
  try {
    return tryLock(containerFiles(paths, id).pumpLock);
  } catch (error) {
    return undefinedIfGone(error);
  }
}

function undefinedIfGone(error: unknown): undefined {
  if (error instanceof Deno.errors.NotFound) return undefined;
  throw error;
}
