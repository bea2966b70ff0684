/** Removing folders so that nobody ever meets a half-removed one. */
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

/** Deletes what killed processes had renamed and not yet deleted. */
export function sweepRemoved(paths: StorePaths): void {
  for (const { name } of Deno.readDirSync(paths.temporary)) {
    if (name.startsWith(PREFIX)) deleteTree(`${paths.temporary}/${name}`);
  }
}

function deleteTree(folder: string): void {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // another process deletes it too
  }
}
