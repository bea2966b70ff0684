/**
 * The two locks of a container, in its own folder; they end with the folder. Who needs both takes the one for change
 * first.
 */
import { type Lock, tryLock, waitForLock } from "../store/lock.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerFiles } from "./container_files.ts";

/** What a start needs: nobody else may change the container, nor drain its output. */
export class ContainerLocks implements Disposable {
  constructor(readonly change: Disposable, readonly pump: Disposable) {}

  [Symbol.dispose](): void {
    this.change[Symbol.dispose]();
    this.pump[Symbol.dispose]();
  }
}

/** undefined when somebody has one of them, or it is gone. */
export function tryBothLocks(paths: StorePaths, id: string): ContainerLocks | undefined {
  using undo = new DisposableStack();
  const change = tryLock(containerFiles(paths, id).changeLock);
  const pump = change && undo.use(change) && tryLockForPump(paths, id);
  if (!pump) return undefined;
  undo.move();
  return new ContainerLocks(change, pump);
}

/** To start, stop or remove it; undefined when it is gone. @throws when aborted */
export function lockForChange(
  paths: StorePaths,
  id: string,
  signal?: AbortSignal,
): Promise<Lock | undefined> {
  return waitForLock(containerFiles(paths, id).changeLock, { signal }).catch(undefinedIfGone);
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
