/**
 * Keeps what a pull has put into the store, and no index entry names yet, from being swept away: those who
 * add hold the lock together, who sweeps needs it alone.
 */
import { sleep } from "../base/sleep.ts";
import type { StorePaths } from "../store/paths.ts";

/** A sweep takes moments: renames only. */
const WAIT_MS = 20;

/** For as long as it is not disposed, nothing is swept. */
export async function holdImages(
  paths: StorePaths,
  options: { signal?: AbortSignal } = {},
): Promise<Disposable> {
  while (true) {
    const lock = tryLock(paths, { exclusive: false });
    if (lock) return lock;
    await sleep(WAIT_MS, options.signal);
  }
}

/** The right to sweep; undefined while somebody adds. */
export function tryClaimImages(paths: StorePaths): Disposable | undefined {
  return tryLock(paths, { exclusive: true });
}

function tryLock(paths: StorePaths, { exclusive }: { exclusive: boolean }): Disposable | undefined {
  const file = Deno.openSync(`${paths.locks}/images-in-use`, { write: true, create: true, mode: 0o600 });
  if (file.tryLockSync(exclusive)) return { [Symbol.dispose]: () => file.close() };
  file.close();
  return undefined;
}
