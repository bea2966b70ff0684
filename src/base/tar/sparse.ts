/** Files with holes: the four ways in which GNU tar stores only their data (GNU tar manual, "Storing Sparse Files"). */
import { type ByteString, byteString } from "./byte_string.ts";
import type { ByteReader } from "../byte_reader.ts";
import { BLOCK_SIZE, parseNumber } from "./header.ts";
import { parsePaxName, parsePaxNumber, type PaxRecords } from "./pax.ts";
import { TarError } from "./tar_error.ts";

/** A run of stored bytes and its place in the file; around them are holes, which read as zeros. */
export interface Extent {
  offset: number;
  length: number;
}

/** What a sparse file really is. */
export interface SparseFile {
  /** the header only has a made-up one */
  name?: ByteString;
  /** bytes, holes included */
  size: number;
  extents: Extent[];
  /** of the stored bytes, how many the map itself took */
  mapBytes: number;
}

/** Bytes of all the text or blocks of one map: what a map may make us keep. */
const LARGEST_MAP = 1 << 20;

/** Reads formats 0.0, 0.1 and 1.0, all told by PAX records; undefined for a file without holes. @throws TarError */
export async function readPaxSparse(
  bytes: ByteReader,
  records: PaxRecords,
  storedBytes: number,
): Promise<SparseFile | undefined> {
  const sparse = new Map<string, Uint8Array>();
  for (const { key, value } of records) {
    if (key.startsWith(PREFIX)) sparse.set(key.slice(PREFIX.length), value);
  }
  if (sparse.size === 0) return undefined;
  const version = [sparse.get("major"), sparse.get("minor")].map((part) => part ? byteString(part) : "").join(
    ".",
  );
  if (version !== "." && version !== "0.0" && version !== "0.1" && version !== "1.0") {
    throw new TarError("a sparse file is stored in an unknown way");
  }
  const name = sparse.get("name");
  const size = sparse.get("realsize") ?? sparse.get("size");
  if (!size) throw new TarError("a sparse file has no size");
  const map = version === "1.0"
    ? await readLeadingMap(bytes, storedBytes)
    : mapOf(records, sparse.get("map"));
  const result = { name: name && parsePaxName(name), size: parsePaxNumber(size), ...map };
  checkExtents(result, storedBytes);
  return result;
}

/** Reads the oldest format: four runs in the header block itself, more in blocks behind it. @throws TarError */
export async function readOldSparse(
  bytes: ByteReader,
  block: Uint8Array,
  storedBytes: number,
): Promise<SparseFile> {
  const extents: Extent[] = [];
  addRuns(extents, block.subarray(OLD.headerRuns, OLD.headerExtended));
  let extended = block[OLD.headerExtended] !== 0;
  const size = parseNumber(block.subarray(OLD.realSize, OLD.realSize + OLD.numberLength));
  for (let mapBytes = 0; extended; mapBytes += BLOCK_SIZE) {
    if (mapBytes >= LARGEST_MAP) throw new TarError("a sparse file has too many holes");
    const more = await bytes.readExactly(BLOCK_SIZE);
    addRuns(extents, more.subarray(0, OLD.blockExtended));
    extended = more[OLD.blockExtended] !== 0;
  }
  const result = { size, extents, mapBytes: 0 };
  checkExtents(result, storedBytes);
  return result;
}

const PREFIX = "GNU.sparse.";

/** Offsets in a block of the old format (GNU tar manual, "Basic Tar Format": struct oldgnu_header, sparse_header). */
const OLD = { headerRuns: 386, headerExtended: 482, realSize: 483, blockExtended: 504, numberLength: 12 };

function addRuns(extents: Extent[], runs: Uint8Array): void {
  for (let at = 0; at + 2 * OLD.numberLength <= runs.length && runs[at] !== 0; at += 2 * OLD.numberLength) {
    extents.push({
      offset: parseNumber(runs.subarray(at, at + OLD.numberLength)),
      length: parseNumber(runs.subarray(at + OLD.numberLength, at + 2 * OLD.numberLength)),
    });
  }
}

type SparseMap = Pick<SparseFile, "extents" | "mapBytes">;

// 0.1 has one record with all numbers, 0.0 a pair of records for each run.
function mapOf(records: PaxRecords, joined: Uint8Array | undefined): SparseMap {
  const numbers = joined
    ? byteString(joined).split(",").map((text) => parsePaxNumber(new TextEncoder().encode(text)))
    : records.filter(({ key }) => key === `${PREFIX}offset` || key === `${PREFIX}numbytes`)
      .map(({ key, value }, index) => {
        if ((key === `${PREFIX}offset`) !== (index % 2 === 0)) {
          throw new TarError("a sparse file has a wrong map");
        }
        return parsePaxNumber(value);
      });
  return { extents: pairs(numbers), mapBytes: 0 };
}

// 1.0: decimal lines before the data, padded to whole blocks: how many runs, then offset and length of each.
async function readLeadingMap(bytes: ByteReader, storedBytes: number): Promise<SparseMap> {
  let mapBytes = 0;
  let unfinished = "";
  const numbers: number[] = [];
  let wanted = 1;
  while (numbers.length < wanted) {
    if (mapBytes + BLOCK_SIZE > Math.min(storedBytes, LARGEST_MAP)) {
      throw new TarError("a sparse file has a map that does not end, or is too large");
    }
    const block = await bytes.readExactly(BLOCK_SIZE);
    mapBytes += BLOCK_SIZE;
    const lines = (unfinished + byteString(block)).split("\n");
    unfinished = lines.pop()!;
    for (const line of lines) {
      if (numbers.length === wanted) break;
      numbers.push(parsePaxNumber(new TextEncoder().encode(line)));
      if (numbers.length === 1) wanted = 1 + 2 * numbers[0];
    }
  }
  return { extents: pairs(numbers.slice(1)), mapBytes };
}

function pairs(numbers: number[]): Extent[] {
  if (numbers.length % 2 !== 0) throw new TarError("a sparse file has a wrong map");
  const extents: Extent[] = [];
  for (let i = 0; i < numbers.length; i += 2) extents.push({ offset: numbers[i], length: numbers[i + 1] });
  return extents;
}

// In order, apart, inside the file, and as many bytes as are stored.
function checkExtents({ size, extents, mapBytes }: SparseFile, storedBytes: number): void {
  let end = 0;
  let total = mapBytes;
  for (const { offset, length } of extents) {
    if (offset < end || length < 0) throw new TarError("a sparse file has a wrong map");
    end = offset + length;
    total += length;
  }
  if (end > size || !Number.isSafeInteger(size) || total !== storedBytes) {
    throw new TarError("a sparse file has a map that does not fit its size");
  }
}
