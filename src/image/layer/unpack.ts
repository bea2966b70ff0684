import { createHash } from "node:crypto";
import type { Digest } from "../../../oci/digest.ts";
import { isDiskFull } from "../../base/disk_full.ts";
import type { ByteString } from "../../base/tar/byte_string.ts";
import { readTar } from "../../base/tar/reader.ts";
import { TarError } from "../../base/tar/tar_error.ts";
import { SystemError } from "../../linux/libc.ts";
import { compressionOf } from "./compression.ts";
import { decompress } from "./decompress.ts";
import { LayerError } from "./layer_error.ts";
import { LayerWriter } from "./layer_writer.ts";
import { type UnpackLimits, UnpackMeter } from "./limits.ts";

/** Where to, and how much of what. */
export interface UnpackOptions {
  /** exists, is empty, and nobody else uses it; after an error its content is worthless */
  directory: string;
  /** of the layer's descriptor */
  mediaType: string;
  limits: UnpackLimits;
  /** looked at while bytes go by; `compressed` has to obey it too, where it waits for them */
  signal?: AbortSignal;
}

/** What was learned on the way. */
export interface UnpackedLayer {
  /** of the whole uncompressed stream */
  diffID: Digest;
  /** content of all files, without holes */
  unpackedBytes: number;
}

/**
 * Unpacks a layer while its bytes arrive, as a lowerdir for overlayfs: whiteouts become what overlayfs takes for them.
 * Reads `compressed` to its end. Nothing outside `directory` is touched, whatever the layer holds; what is inside is
 * not synced to the disk.
 * @throws LayerError about the layer or the disk; the signal's reason; what `compressed` throws
 */
export async function unpackLayer(
  compressed: AsyncIterable<Uint8Array>,
  { directory, mediaType, limits, signal }: UnpackOptions,
): Promise<UnpackedLayer> {
  const compression = compressionOf(mediaType);
  const meter = new UnpackMeter(directory, limits);
  const hash = createHash("sha256");
  const source = new Source(compressed, (chunk) => meter.addCompressed(chunk.length));
  const tar = tap(decompress(source, compression), (chunk) => {
    signal?.throwIfAborted();
    meter.addTar(chunk.length);
    hash.update(chunk);
  });

  using writer = new LayerWriter(directory);
  let current: ByteString | undefined;
  try {
    for await (const entry of readTar(tar)) {
      signal?.throwIfAborted();
      meter.addEntry();
      current = entry.name;
      await writer.add(entry);
      current = undefined;
    }
    writer.finish();
  } catch (error) {
    throw error === source.error ? error : explain(error, current);
  }
  return { diffID: `sha256:${hash.digest("hex")}`, unpackedBytes: writer.contentBytes };
}

/** The compressed chunks, and which error was theirs: the caller knows more about it than we do. */
class Source implements AsyncIterable<Uint8Array> {
  error: unknown;

  constructor(readonly chunks: AsyncIterable<Uint8Array>, readonly see: (chunk: Uint8Array) => void) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* tap(this.chunks, this.see);
    } catch (error) {
      this.error = error;
      throw error;
    }
  }
}

async function* tap(chunks: AsyncIterable<Uint8Array>, see: (chunk: Uint8Array) => void) {
  for await (const chunk of chunks) {
    see(chunk);
    yield chunk;
  }
}

function explain(error: unknown, entry: ByteString | undefined): unknown {
  if (error instanceof LayerError && error.entry === undefined && entry !== undefined) {
    return new LayerError(error.reason, { entry, hint: error.hint, cause: error.cause });
  }
  if (error instanceof TarError) {
    return new LayerError(error.reason, { entry, hint: error.hint, cause: error });
  }
  if (error instanceof SystemError) {
    const full = isDiskFull(error);
    return new LayerError(full ? "the disk is full" : error.message, {
      entry,
      hint: full ? "Remove images that are not needed" : undefined,
      cause: error,
    });
  }
  return error;
}
