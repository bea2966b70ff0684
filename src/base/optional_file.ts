/** Files that may be missing, where that is an answer and no error. */

/** Whether anything, of whatever kind, is at `path`; a symlink counts itself, wherever it leads. */
export function exists(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path)) !== undefined;
}

/** The whole text of a file; undefined when there is none. Any other failure is thrown as Deno has it. */
export function readTextIfThere(path: string): string | undefined {
  return ifThere(() => Deno.readTextFileSync(path));
}

/** What `look` returns; undefined when the file that it is about is not there. */
export function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    // ENOTDIR: one of the folders on the way is a file.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}
