/** `--cidfile`: a new file that will hold the container's ID. */
import { BudgieError } from "../../base/errors.ts";

/** A file that is reserved; disposed of before it was written, it is removed. */
export interface CidFile extends Disposable {
  write(id: string): void;
}

/**
 * Makes the file now, so that two commands can't both have it; it is removed again if no ID is written.
 * @throws BudgieError when it exists or can't be made
 */
export function reserveCidFile(path: string): CidFile {
  let written = false;
  try {
    Deno.writeTextFileSync(path, "", { createNew: true });
  } catch (error) {
    const exists = error instanceof Deno.errors.AlreadyExists;
    throw new BudgieError(
      `Cannot write the container's ID to '${path}': ${
        exists ? "the file exists" : (error as Error).message
      }`,
      { hint: exists ? "Remove it, or choose another --cidfile" : undefined, exitCode: 125, cause: error },
    );
  }
  return {
    write(id) {
      Deno.writeTextFileSync(path, id);
      written = true;
    },
    [Symbol.dispose]() {
      if (!written) Deno.removeSync(path);
    },
  };
}
