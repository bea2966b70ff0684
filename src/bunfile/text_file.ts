/** Small text files, read with a bound. */
import { BudgieError } from "../base/errors.ts";

/** A description of one container is a page or two; more is a mistake. */
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
  let bytes: Uint8Array;
  try {
    bytes = readBytes(path);
  } catch (error) {
    throw new TextFileError(path, describe(error), error);
  }
  if (bytes.length > MAX_BYTES) throw new TextFileError(path, "it is larger than 1 MiB");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TextFileError(path, "it is not a text file in UTF-8");
  }
}

// Not by its size: a pipe has none, and `budgie run <(…)` gives one.
function readBytes(path: string): Uint8Array {
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = file.readSync(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

function describe(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof Error) return error.message;
  throw error;
}
