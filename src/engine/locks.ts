/** The two locks of a container, in its own folder; they end with the folder. */
import { type Lock, tryLock, waitForLock } from "../store/lock.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerFiles } from "./container_files.ts";

const NONE: Disposable = { [Symbol.dispose]() {} };

/** To start, stop or remove it. A container that is gone needs no lock. */
export function lockForChange(paths: StorePaths, id: string): Promise<Disposable> {
  return waitForLock(containerFiles(paths, id).changeLock).catch(goneIsFree);
}

/** To drain its output: waits while somebody else does. */
export function lockForPump(paths: StorePaths, id: string, signal?: AbortSignal): Promise<Disposable> {
  return waitForLock(containerFiles(paths, id).pumpLock, { signal }).catch(goneIsFree);
}

/** undefined when somebody else drains it, or it is gone. */
export function tryLockForPump(paths: StorePaths, id: string): Lock | undefined {
  try {
    return tryLock(containerFiles(paths, id).pumpLock);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function goneIsFree(error: unknown): Disposable {
  if (error instanceof Deno.errors.NotFound) return NONE;
  throw error;
}
