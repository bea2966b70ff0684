/** Making the folders that everything else is written to. */
import { BudgieError } from "../base/errors.ts";
import type { StorePaths } from "./paths.ts";

/**
 * Makes what is missing of the data and run directories, all 0700: nobody but root may look into
 * containers, nor reach a setuid file of an image.
 * @throws BudgieError when it cannot
 */
export function ensureDirectories(paths: StorePaths): void {
  for (const path of [paths.data, ...subdirectories(paths), paths.run, ...runDirectories(paths)]) {
    ensureDirectory(path);
  }
}

function subdirectories(paths: StorePaths): string[] {
  return [paths.images, paths.layers, paths.containers, paths.volumes, paths.temporary, paths.locks];
}

function runDirectories(paths: StorePaths): string[] {
  return [paths.runtimeRoots, paths.supervision, paths.networkNamespaces, paths.attach];
}

function ensureDirectory(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new BudgieError(`Cannot make '${path}': ${(cause as Error).message}`, {
      hint: "Choose another data directory with BUDGIE_DATA_DIR, or mend this one",
      cause,
    });
  }
}
