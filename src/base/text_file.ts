/** Files that a person named, read with a bound; and why one can't be read, in plain words. */
import { readOpenAtMost } from "./bounded_read.ts";
import { BudgieError } from "./errors.ts";

/** Descriptions, variables and profiles are a few pages; more is a mistake. */
const MAX_BYTES = 1024 ** 2;

/** Why there is no text: `reason` completes "Cannot read FILE: …". */
export class TextFileError extends BudgieError {
  override name = "TextFileError";

  constructor(path: string, readonly reason: string, cause?: unknown) {
    super(`Cannot read '${path}': ${reason}`, { cause });
  }
}

/**
 * The whole file, at most 1 MiB of UTF-8.
 * @throws TextFileError
 */
export function readTextFile(path: string): string {
  try {
    using file = Deno.openSync(path);
    return readOpenTextFile(file, path);
  } catch (error) {
    if (error instanceof TextFileError) throw error;
    throw new TextFileError(path, whyUnreadable(error), error);
  }
}

/**
 * The same of a file that is open.
 * @param path for messages
 * @throws TextFileError
 */
export function readOpenTextFile(file: Deno.FsFile, path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readOpenAtMost(file, MAX_BYTES + 1);
  } catch (error) {
    throw new TextFileError(path, whyUnreadable(error), error);
  }
  if (bytes.length > MAX_BYTES) throw new TextFileError(path, "it is larger than 1 MiB");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TextFileError(path, "it is not a text file in UTF-8");
  }
}

/** What opening or reading a file failed of, to complete "Cannot read FILE: …". */
export function whyUnreadable(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof Deno.errors.NotADirectory) return "a part of its path is not a directory";
  if (error instanceof Error) return error.message;
  throw error;
}
