/**
 * What the daemon tells of a container while it looks after it: in memory, below the run directory, so that a
 * probe costs no write to flash and every command can read it. It is gone after a reboot, as is what it says.
 */
import { readTextIfThere } from "../base/optional_file.ts";
import { replaceUnsynced } from "./atomic_write.ts";
import type { StorePaths } from "./paths.ts";

/** One container's `<run>/supervision/<id>.json`. */
export interface Supervision {
  /** how often it was started again by its restart policy, since a user did for the time `starts` */
  restartCount: number;
  /** of its record (container.ts) */
  starts: number;
  /** it does not run, and will be started again */
  waiting?: {
    /** RFC 3339, UTC */
    since: string;
    exitCode: number;
    /** why the last start failed, in a sentence; undefined: it ran and ended */
    reason?: string;
  };
  /** undefined without a health check */
  health?: Health;
  /** the run that `health` is of: when it started, RFC 3339, UTC */
  run?: string;
}

export interface Health {
  status: "starting" | "healthy" | "unhealthy";
  failingStreak: number;
  /** the last five, oldest first */
  log: HealthResult[];
}

/** One probe: docker's exit codes, 0 healthy, 1 unhealthy, others failures of the probe itself. */
export interface HealthResult {
  /** RFC 3339, UTC */
  start: string;
  end: string;
  exitCode: number;
  output: string;
}

/** undefined when nothing is told of it. */
export function readSupervision(paths: StorePaths, id: string): Supervision | undefined {
  const text = readTextIfThere(fileOf(paths, id));
  return text === undefined ? undefined : JSON.parse(text);
}

/** The IDs of which something is told. */
export function supervisedIds(paths: StorePaths): Set<string> {
  return new Set(Array.from(Deno.readDirSync(paths.supervision), ({ name }) => name.replace(/\.json$/, "")));
}

/** By the daemon alone. */
export function writeSupervision(paths: StorePaths, id: string, supervision: Supervision): void {
  replaceUnsynced(fileOf(paths, id), JSON.stringify(supervision), { mode: 0o600 });
}

/** One that is not there is fine. */
export function removeSupervision(paths: StorePaths, id: string): void {
  try {
    Deno.removeSync(fileOf(paths, id));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function fileOf(paths: StorePaths, id: string): string {
  return `${paths.supervision}/${id}.json`;
}
