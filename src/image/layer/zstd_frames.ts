/**
 * Cuts zstd data at the ends of its frames (RFC 8878 §3.1). Deno's decompressor loses what follows a frame in the
 * same write, does not know skippable frames, and takes data that ends early for complete; layers made with
 * zstd:chunked have a frame for each file and skippable ones at the end.
 */
import { ByteReader } from "../../base/byte_reader.ts";
import { LayerError } from "./layer_error.ts";

/** Chunks that never reach beyond the end of a frame, without skippable frames. @throws LayerError */
export async function* zstdFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  await using bytes = new ByteReader(chunks, () => new LayerError("its zstd data ends early"));
  for (;;) {
    const magic = await bytes.read(4);
    if (!magic) return;
    const number = littleEndian(magic);
    if (number === FRAME_MAGIC) yield* joined(frameParts(bytes, magic));
    else if (number - number % 16 === SKIPPABLE_MAGIC) {
      await bytes.skip(littleEndian(await bytes.readExactly(4)));
    } else throw new LayerError("its zstd data is damaged");
  }
}

const FRAME_MAGIC = 0xfd2fb528;
/** The last four bits are anybody's. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** Bytes gathered into one write, because each is a step through the decompressor's machinery. */
const WRITE_BYTES = 64 * 1024;

// Header, blocks and checksum, each where the one before says.
async function* frameParts(bytes: ByteReader, magic: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield magic;
  const descriptor = await bytes.readExactly(1);
  yield descriptor;
  yield await bytes.readExactly(restOfHeader(descriptor[0]));
  for (let last = false; !last;) {
    const header = await bytes.readExactly(3);
    yield header;
    const fields = littleEndian(header);
    last = (fields & 1) !== 0;
    const type = (fields >> 1) & 3;
    if (type === RESERVED_BLOCK) throw new LayerError("its zstd data is damaged");
    for (let left = type === RLE_BLOCK ? 1 : fields >> 3; left > 0;) {
      const part = await bytes.readSome(left);
      left -= part.length;
      yield part;
    }
  }
  const hasChecksum = (descriptor[0] & 0b100) !== 0;
  if (hasChecksum) yield await bytes.readExactly(4);
}

const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

// RFC 8878 §3.1.1.1: window descriptor, dictionary ID and content size, which may each be missing.
function restOfHeader(descriptor: number): number {
  const singleSegment = (descriptor & 0b100000) !== 0;
  const windowBytes = singleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 0b11];
  const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
  return windowBytes + dictionaryBytes + contentSizeBytes;
}

async function* joined(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let gathered = new Uint8Array(WRITE_BYTES);
  let filled = 0;
  for await (const part of parts) {
    for (let rest = part; rest.length > 0;) {
      const taken = rest.subarray(0, WRITE_BYTES - filled);
      gathered.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
      if (filled < WRITE_BYTES) continue;
      yield gathered;
      gathered = new Uint8Array(WRITE_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield gathered.subarray(0, filled);
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value << 8 | byte, 0) >>> 0;
}
