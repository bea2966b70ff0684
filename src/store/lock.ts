/** Locks between processes: flock(2) on a file of its own. The kernel frees them when the holder dies. */
import { sleep } from "../base/sleep.ts";

/** Held until disposed. */
export class Lock implements Disposable {
  constructor(private readonly file: Deno.FsFile) {}

  [Symbol.dispose](): void {
    this.file.close(); // closing the only descriptor frees the lock
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
  const file = openLockFile(path);
  if (file.tryLockSync(true)) return new Lock(file);
  file.close();
  return undefined;
}

/** Waits for a lock that may be held for long, without holding one of Deno's blocking threads. */
export async function waitForLock(path: string, options: { signal?: AbortSignal } = {}): Promise<Lock> {
  for (let pauseMs = 2;; pauseMs = Math.min(pauseMs * 2, 200)) {
    const lock = tryLock(path);
    if (lock) return lock;
    await sleep(pauseMs, options.signal);
  }
}

function openLockFile(path: string): Deno.FsFile {
  return Deno.openSync(path, { write: true, create: true, mode: 0o600 });
}
