/** Removing folders so that nobody ever meets a half-removed one. */
import { BudgieError } from "../base/errors.ts";
import type { StorePaths } from "./paths.ts";

const PREFIX = "removed-";

/** Renames the folder out of sight, then deletes it. One that is not there is fine. */
export function removeFolder(paths: StorePaths, folder: string): void {
  const grave = newGrave(paths);
  if (bury(folder, grave)) deleteTree(grave);
}

/**
 * Renames folders and files out of sight. Those that are not there are fine.
 * @returns deletes them, while this process does other things
 */
export function buryFolders(paths: StorePaths, folders: readonly string[]): () => Promise<void> {
  if (folders.length === 0) return () => Promise.resolve(); // nothing is written for nothing
  const grave = newGrave(paths);
  let owned: Disposable | undefined;
  while (!owned) { // a command that looks for what killed ones left may be quicker
    Deno.mkdirSync(grave, { recursive: true, mode: 0o700 });
    owned = tryOwn(grave);
  }
  for (const [index, folder] of folders.entries()) bury(folder, `${grave}/${index}`);
  return async () => {
    using _owned = owned;
    try {
      await Deno.remove(grave, { recursive: true });
    } catch (error) {
      deleteHard(grave, error as Error);
    }
  };
}

function newGrave(paths: StorePaths): string {
  return `${paths.temporary}/${PREFIX}${crypto.randomUUID()}`;
}

function bury(folder: string, grave: string): boolean {
  try {
    Deno.renameSync(folder, grave);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Deletes what killed processes had renamed and not yet deleted; what another one is just deleting is left to it. What
 * can't be deleted is no command's concern.
 */
export function sweepRemoved(paths: StorePaths): void {
  for (const { name } of Deno.readDirSync(paths.temporary)) {
    if (!name.startsWith(PREFIX)) continue;
    try {
      deleteTree(`${paths.temporary}/${name}`);
    } catch (error) {
      if (!(error instanceof BudgieError)) throw error;
    }
  }
}

function deleteTree(folder: string): void {
  using owned = tryOwn(folder);
  if (!owned) return;
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    deleteHard(folder, error as Error);
  }
}

/** The right to delete it, until the process ends; undefined: another one has it, or it is gone. */
function tryOwn(folder: string): Disposable | undefined {
  try {
    const file = Deno.openSync(folder);
    if (file.tryLockSync(true)) return file;
    file.close();
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A container can nest folders deeper than we may hold descriptors; rm(1) copes with any depth. */
function deleteHard(folder: string, cause: Error): void {
  const { success, stderr } = new Deno.Command("rm", { args: ["-rf", "--", folder] }).outputSync();
  if (success) return;
  throw new BudgieError(`Cannot delete '${folder}': ${new TextDecoder().decode(stderr).trim()}`, {
    hint: "Nothing uses it any more; it can be deleted by hand",
    cause,
  });
}
