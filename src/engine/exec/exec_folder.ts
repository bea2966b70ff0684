/**
 * What a command hands to the runtime lies in a folder in memory, for as long as it runs: an environment may
 * hold a password.
 */
import { exists } from "../../base/optional_file.ts";
import type { StorePaths } from "../../store/paths.ts";

const PREFIX = "exec-";

/** What a command has in its folder; all absolute. */
export interface ExecFiles {
  /** what is to run */
  process: string;
  /** the limits that an update asks for */
  resources: string;
  /** written by the runtime: the PID of what it started */
  pid: string;
  /** the runtime's own messages */
  log: string;
}

export function execFiles(folder: string): ExecFiles {
  return {
    process: `${folder}/process.json`,
    resources: `${folder}/resources.json`,
    pid: `${folder}/pid`,
    log: `${folder}/log`,
  };
}

/** A new folder that only root can enter, with our PID in its name. */
export function makeExecFolder(paths: StorePaths): string {
  return Deno.makeTempDirSync({ dir: paths.run, prefix: `${PREFIX}${Deno.pid}-` });
}

/** One that another command has just removed is fine. */
export function removeExecFolder(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes the folders of commands that were killed. */
export function sweepExecFolders(paths: StorePaths): void {
  for (const { name } of Deno.readDirSync(paths.run)) {
    const pid = name.startsWith(PREFIX) && name.slice(PREFIX.length).split("-", 1)[0];
    if (pid && !exists(`/proc/${pid}`)) removeExecFolder(`${paths.run}/${name}`);
  }
}
