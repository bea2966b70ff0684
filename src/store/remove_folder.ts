/** Removing folders so that nobody ever meets a half-removed one. */
import { BudgieError } from "../base/errors.ts";
import type { StorePaths } from "./paths.ts";

const PREFIX = "removed-";

/** Renames the folder out of sight, then deletes it. One that is not there is fine. */
export function removeFolder(paths: StorePaths, folder: string): void {
  const grave = `${paths.temporary}/${PREFIX}${crypto.randomUUID()}`;
  try {
    Deno.renameSync(folder, grave);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  deleteTree(grave);
}

/** Deletes what killed processes had renamed and not yet deleted. What can't be deleted is no command's concern. */
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
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return; // another process deletes it too
    // A container can nest folders deeper than we may hold descriptors; rm(1) copes with any depth.
    const { success, stderr } = new Deno.Command("rm", { args: ["-rf", "--", folder] }).outputSync();
    if (success) return;
    throw new BudgieError(`Cannot delete '${folder}': ${new TextDecoder().decode(stderr).trim()}`, {
      hint: "Nothing uses it any more; it can be deleted by hand",
      cause: error,
    });
  }
}
