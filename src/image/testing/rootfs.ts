/** Small root file systems as tars. */
import { inPieces, makeTar } from "../../base/tar/testing.ts";

/** A tar with these files, made by the path and the text of each. */
export function tarOf(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  return makeTar(Object.entries(files).map(([name, content]) => ({ name, content })));
}

/** As a stream of small chunks, as a pipe gives it. */
export function inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  return inPieces(bytes, 1000);
}
