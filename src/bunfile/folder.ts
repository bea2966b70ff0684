/** What a path that a person named stands for: one .bun file, or those of a folder. */
import { BudgieError } from "../base/errors.ts";
import { TextFileError, whyUnreadable } from "../base/text_file.ts";

/**
 * The `*.bun` files of a folder, in the order of their names, not of the folders in it; any other path is that of
 * a file, whether it is there or not.
 * @throws TextFileError for a folder that can't be read, BudgieError for one without a .bun file
 */
export function filesAt(path: string): string[] {
  if (!isFolder(path)) return [path];
  const names = bunNames(path);
  if (names.length === 0) {
    throw new BudgieError(`Cannot use '${path}': there is no .bun file in this folder`, {
      hint: "Name a folder with files that end in .bun; those of the folders in it are not looked for",
    });
  }
  const folder = path.replace(/\/+$/, "");
  return names.map((name) => `${folder}/${name}`);
}

/** Whether a folder is there; a link to one counts. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // whoever reads it says why
  }
}

function bunNames(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder))
      .filter(({ name, isDirectory }) => name.endsWith(".bun") && !isDirectory)
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw new TextFileError(folder, whyUnreadable(error), error);
  }
}
