/** Locks between processes: flock(2) on a file of its own. The kernel frees them when the holder dies. */
import { Bell } from "../base/bell.ts";

/** Held until it is disposed of, the first time. */
export class Lock implements Disposable {
  #held = true;

  constructor(private readonly file: Deno.FsFile) {}

  [Symbol.dispose](): void {
    if (this.#held) this.file.close(); // closing the only descriptor frees the lock
    this.#held = false;
  }
}

/** Waits for the lock, blocking the process: only for locks that are held for moments. */
export function lockNow(path: string): Lock {
  const file = openLockFile(path);
  file.lockSync(true);
  return new Lock(file);
}

/** undefined when somebody else has it. */
export function tryLock(path: string): Lock | undefined {
  while (true) {
    const file = openLockFile(path);
    if (!file.tryLockSync(true)) {
      file.close();
      return undefined;
    }
    if (isStillAt(path, file)) return new Lock(file);
    file.close(); // it was removed or replaced just now: a lock on it would keep nobody out
  }
}

function isStillAt(path: string, file: Deno.FsFile): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Nothing is lost when an event is: the lock is tried again after so long. */
const RECHECK_MS = 1_000;

/**
 * Waits for a lock that may be held for long, without holding one of Deno's blocking threads.
 * @throws Deno.errors.NotFound when the folder of `path` goes meanwhile; the signal's reason
 */
export async function waitForLock(path: string, options: { signal?: AbortSignal } = {}): Promise<Lock> {
  const free = tryLock(path);
  if (free) return free;
  options.signal?.throwIfAborted();
  const lock = await lockWhenFree(path, options.signal);
  if (lock) return lock;
  return await waitForLock(path, options); // its file was replaced while we waited
}

/** undefined when, by the time we had the lock, `path` was another file, or none. */
async function lockWhenFree(path: string, signal?: AbortSignal): Promise<Lock | undefined> {
  using undo = new DisposableStack();
  const file = undo.adopt(openLockFile(path), (file) => file.close());
  const released = new Bell();
  const ring = () => released.ring();
  // The kernel tells when a holder closes the file, also one that was killed.
  await using _watch = await watchIfPossible(path, ring);
  signal?.addEventListener("abort", ring);
  while (true) {
    const { rings } = released;
    signal?.throwIfAborted();
    if (file.tryLockSync(true)) break;
    await released.after(rings, RECHECK_MS);
  }
  signal?.removeEventListener("abort", ring);
  if (!isStillAt(path, file)) return undefined;
  undo.move();
  return new Lock(file);
}

/** undefined when the file is gone, or the host has no watch left. */
async function watchIfPossible(path: string, onEvent: () => void): Promise<AsyncDisposable | undefined> {
  // Few wait, and opening libraries takes time.
  const { IN_CLOSE_WRITE, watchFile } = await import("../linux/inotify.ts");
  const { SystemError } = await import("../linux/libc.ts");
  try {
    return watchFile(path, IN_CLOSE_WRITE, onEvent);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

function openLockFile(path: string): Deno.FsFile {
  return Deno.openSync(path, { write: true, create: true, mode: 0o600 });
}
