/** One daemon for each data directory: `<run>/daemon.lock` is held by it, and says who it is. */
import { readTextIfThere } from "../base/optional_file.ts";
import { type Lock, tryLock } from "./lock.ts";
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
export function takeDaemonLock(paths: StorePaths, info: DaemonInfo): Lock | undefined {
  const lock = tryLock(lockFile(paths));
  if (lock) Deno.writeTextFileSync(lockFile(paths), JSON.stringify(info));
  return lock;
}

/** The daemon that runs now; undefined when none does. */
export function runningDaemon(paths: StorePaths): DaemonInfo | undefined {
  using lock = tryLock(lockFile(paths));
  if (lock) return undefined;
  const text = readTextIfThere(lockFile(paths));
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined; // it is being written
  }
}

function lockFile(paths: StorePaths): string {
  return `${paths.run}/daemon.lock`;
}
