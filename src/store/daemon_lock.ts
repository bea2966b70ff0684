/**
 * One daemon for each data directory. It holds `<run>/daemon.lock`, which only daemons ever try to take and which says
 * who it is, and `<run>/daemon.alive`, by which others see that it lives: they look by taking it for a moment, and
 * must not keep one from starting.
 */
import { readTextIfThere } from "../base/optional_file.ts";
import { lockNow, tryLock } from "./lock.ts";
import type { StorePaths } from "./paths.ts";

export interface DaemonInfo {
  pid: number;
  /** RFC 3339, UTC */
  startedAt: string;
  version: string;
  /** it was started by a command that needed it, and leaves when nothing is left to do */
  onDemand: boolean;
}

/** undefined when another daemon has it. */
export function takeDaemonLock(paths: StorePaths, info: DaemonInfo): Disposable | undefined {
  const lock = tryLock(lockFile(paths));
  if (!lock) return undefined;
  Deno.writeTextFileSync(lockFile(paths), JSON.stringify(info));
  const alive = lockNow(aliveFile(paths));
  return {
    // Whoever sees that it does not live starts another one, for which the first lock must be free then.
    [Symbol.dispose]() {
      lock[Symbol.dispose]();
      alive[Symbol.dispose]();
    },
  };
}

/** The daemon that runs now; undefined when none does. */
export function runningDaemon(paths: StorePaths): DaemonInfo | undefined {
  using lock = tryLock(aliveFile(paths));
  if (lock) return undefined;
  const text = readTextIfThere(lockFile(paths));
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined; // the next one is writing it
  }
}

function aliveFile(paths: StorePaths): string {
  return `${paths.run}/daemon.alive`;
}

function lockFile(paths: StorePaths): string {
  return `${paths.run}/daemon.lock`;
}
