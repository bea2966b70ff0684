/** `--cidfile`: a new file that will hold the container's ID. */
import { BudgieError } from "../../base/errors.ts";
import { whyUnreadable } from "../../base/text_file.ts";

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
    const isTaken = error instanceof Deno.errors.AlreadyExists;
    const isNowhere = error instanceof Deno.errors.NotFound;
    const reason = isTaken ? "the file exists" : isNowhere ? "there is no such folder" : whyUnreadable(error);
    throw new BudgieError(`Cannot write the container's ID to '${path}': ${reason}`, {
      hint: isTaken ? "Remove it, or choose another --cidfile" : undefined,
      exitCode: 125,
      cause: error,
    });
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
