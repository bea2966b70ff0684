import type { Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Compression } from "./compression.ts";
import { LayerError } from "./layer_error.ts";
import { zstdFrames } from "./zstd_frames.ts";

/** Bytes of one uncompressed chunk: each is a step through the stream's machinery. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The tar inside. Reads `compressed` to its end, also what follows the compressed data, so that who verifies it sees
 * all of it. An error of `compressed` itself is passed on as it is.
 * @throws LayerError when the data is damaged or ends early
 */
export async function* decompress(
  compressed: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, void> {
  if (compression === "none") return yield* compressed;
  const gzip = compression === "gzip";
  const inflater = (gzip ? createGunzip : createZstdDecompress)({ chunkSize: CHUNK_BYTES });
  const feeding = feed(gzip ? compressed : zstdFrames(compressed), inflater);
  try {
    // Not as Buffers: who reads small fields pays for their slower methods.
    for await (const { buffer, byteOffset, length } of inflater) {
      yield new Uint8Array(buffer, byteOffset, length);
    }
    await feeding; // what follows the compressed data
  } catch (error) {
    throw await feeding ??
      new LayerError(`its ${compression} data is damaged or ends early`, { cause: error });
  } finally {
    inflater.destroy();
    await feeding;
  }
  const sourceError = await feeding;
  if (sourceError) throw sourceError;
}

/** Writes the chunks until the stream is destroyed. Results in an error of the chunks, and ends the stream with it. */
async function feed(chunks: AsyncIterable<Uint8Array>, stream: Transform): Promise<unknown> {
  // A stream that fails never calls back the write that made it fail.
  let proceed = () => {};
  stream.once("close", () => proceed());
  try {
    for await (const chunk of chunks) {
      if (stream.readableEnded) continue; // padding behind the compressed data
      await new Promise<void>((resolve) => {
        proceed = resolve;
        stream.write(chunk, () => resolve());
      });
      if (stream.destroyed && !stream.readableEnded) return;
    }
    stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
    return error;
  }
}
