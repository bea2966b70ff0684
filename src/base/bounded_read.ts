/**
 * The first bytes of a file, `maxBytes` at most. Not by its size: a pipe has none (`budgie run <(…)` gives
 * one), and another process may be writing to the file.
 *
 * @throws what Deno.openSync throws
 */
export function readAtMost(path: string, maxBytes: number): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path);
  return readOpenAtMost(file, maxBytes);
}

/** The same of a file that is open. */
export function readOpenAtMost(file: Deno.FsFile, maxBytes: number): Uint8Array<ArrayBuffer> {
  // Memory that is never written to costs nothing.
  const buffer = new Uint8Array(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const count = file.readSync(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.subarray(0, length);
}
