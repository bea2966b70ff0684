/** Small root file systems as tars. */
import { tar, type TarEntry } from "../../../tests/fixture/tar.ts";

/** A tar with these files, made by the path and the text of each. */
export function tarOf(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  return tar(Object.entries(files).map(([name, content]): TarEntry => ({ name, content })));
}

/** As a stream of small chunks, as a pipe gives it. */
export async function* inChunks(bytes: Uint8Array, chunkBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
  }
}
