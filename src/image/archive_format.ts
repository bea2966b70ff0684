/** What kind of archive somebody wants to import, told by its first bytes. */
import { BudgieError } from "../base/errors.ts";
import { detectCompression, layerMediaType } from "./layer/compression.ts";

/** First bytes of what tar programs also write, and layers cannot be. */
const OTHER_FORMATS = [
  { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: "bzip2", magic: [0x42, 0x5a, 0x68] },
  { name: "zip", magic: [0x50, 0x4b, 0x03, 0x04] },
];
const MAGIC_BYTES = 5;

/**
 * Looks at the first bytes, and gives them back with the rest.
 * @param purpose what is to be done with it, for errors
 * @throws BudgieError when they are of no tar that can be a layer
 */
export async function recogniseArchive(
  stream: AsyncIterable<Uint8Array>,
  purpose: "import" | "copy" | "load" = "import",
): Promise<{ mediaType: string; chunks: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let start = new Uint8Array();
  while (start.byteLength < MAGIC_BYTES) {
    const { done, value } = await iterator.next();
    if (done) break;
    first.push(value);
    start = new Uint8Array([...start, ...value.subarray(0, MAGIC_BYTES)]);
  }
  if (start.byteLength === 0) throw new BudgieError(`Cannot ${purpose} the archive: it is empty`);
  const other = OTHER_FORMATS.find(({ magic }) => magic.every((byte, index) => start[index] === byte));
  if (other) {
    throw new BudgieError(`Cannot ${purpose} the archive: it is packed with ${other.name}`, {
      hint: "Use a tar that is plain, or packed with gzip or zstd",
    });
  }
  const chunks = async function* () {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { mediaType: layerMediaType(detectCompression(start)), chunks: chunks() };
}
