import { Readable } from "node:stream";
import { createGzip } from "node:zlib";

/** Bytes of one compressed chunk. */
const CHUNK_BYTES = 256 * 1024;

/** The chunks packed with gzip, without a name or a time in its header. An error of the chunks is passed on. */
export async function* gzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const packed = createGzip({ chunkSize: CHUNK_BYTES });
  const source = Readable.from(chunks, { objectMode: false });
  source.once("error", (error) => packed.destroy(error));
  source.pipe(packed);
  try {
    for await (const { buffer, byteOffset, length } of packed) {
      yield new Uint8Array(buffer, byteOffset, length);
    }
  } finally {
    source.destroy();
    packed.destroy();
  }
}
