/** Where a command writes an archive: a file that appears when it is complete, or standard output. */
import { BudgieError } from "../../base/errors.ts";
import { exists } from "../../base/optional_file.ts";
import { writeAll } from "../../base/write_all.ts";
import { writeOut } from "../context.ts";

/** Takes an archive. Disposed of before complete(), it leaves nothing. */
export interface ArchiveSink extends Disposable {
  write(chunk: Uint8Array): void;
  complete(): void;
}

/** @throws BudgieError, in docker's words, for a terminal */
export function standardOutput(advice = "Use the -o flag or redirect"): ArchiveSink {
  if (Deno.stdout.isTerminal()) {
    throw new BudgieError(`cowardly refusing to save to a terminal. ${advice}`);
  }
  return { write: writeOut, complete: () => {}, [Symbol.dispose]: () => {} };
}

/** Nothing is made before the first chunk. @throws BudgieError when `path` can't be a file */
export function archiveFile(path: string): ArchiveSink {
  const isOther = exists(path) && !Deno.lstatSync(path).isFile;
  if (isOther && Deno.statSync(path).isDirectory) {
    throw new BudgieError(`Cannot write to '${path}': it is a directory`, { hint: "Name a file in it" });
  }
  // What is no plain file (a device, a symlink) is written to, not replaced.
  const temporary = isOther ? path : `${path}.${crypto.randomUUID()}.tmp`;
  let file: Deno.FsFile | undefined;
  return {
    write(chunk) {
      try {
        file ??= Deno.openSync(temporary, { write: true, create: true, truncate: true, mode: 0o600 });
        writeAll(file, chunk);
      } catch (cause) {
        throw new BudgieError(`Cannot write to '${path}': ${(cause as Error).message}`, { cause });
      }
    },
    complete() {
      file?.close();
      file = undefined;
      if (temporary !== path) Deno.renameSync(temporary, path);
    },
    [Symbol.dispose]() {
      if (!file) return;
      file.close();
      if (temporary !== path) Deno.removeSync(temporary);
    },
  };
}
