/**
 * Reads tar archives as a stream: ustar, PAX, GNU's and the old formats. Where these contradict each other, it
 * understands what Go's archive/tar does, with which docker, containerd and podman read layers: an image has to mean
 * the same everywhere. So global PAX headers are passed over, too. Memory stays bounded, whatever the archive says.
 */
import { ByteReader } from "../byte_reader.ts";
import { type ByteString, byteStringToNul, shownName } from "./byte_string.ts";
import type { TarEntry, TarEntryKind } from "./entry.ts";
import { BLOCK_SIZE, isZeroBlock, padding, parseHeader, type TarHeader } from "./header.ts";
import { parsePaxName, parsePaxNumber, parsePaxRecords, parsePaxTime, type PaxRecords } from "./pax.ts";
import { type Extent, readOldSparse, readPaxSparse } from "./sparse.ts";
import { StoredContent } from "./stored_content.ts";
import { endsInEntry, TarError } from "./tar_error.ts";

/** Bytes of an extended header or a long name, as much as Go's archive/tar takes. */
const LARGEST_EXTENSION = 1 << 20;

/**
 * The entries in their order. Reads the chunks to their end, also behind the end marker, so that who counts or hashes
 * them has seen them all; and closes them wherever the caller stops.
 * @throws TarError when the archive breaks the format or ends early
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  await using bytes = new ByteReader(chunks, endsInEntry);
  for (;;) {
    const member = await readMember(bytes);
    if (!member) return await bytes.drain();
    const content = new StoredContent(bytes, member.storedBytes, member.extents);
    yield { ...member.entry, content: () => content.read() };
    await content.skipRest();
  }
}

/** An entry without its content, and where that lies in the file. */
interface Member {
  entry: Omit<TarEntry, "content">;
  /** bytes in the archive that are the file's, sparse maps excluded */
  storedBytes: number;
  extents: Extent[];
}

/** What headers of their own say about the member behind them. */
interface Extensions {
  pax: PaxRecords;
  longName?: ByteString;
  longLink?: ByteString;
}

async function readMember(bytes: ByteReader): Promise<Member | undefined> {
  const extensions: Extensions = { pax: [] };
  for (;;) {
    const block = await readHeaderBlock(bytes);
    if (!block) return undefined;
    const header = parseHeader(block);
    if (header.size < 0) throw new TarError(`'${shownName(header.name)}' has a negative size`);
    switch (header.type) {
      case "x":
        extensions.pax = parsePaxRecords(await readExtension(bytes, header));
        break;
      case "g":
        parsePaxRecords(await readExtension(bytes, header));
        break;
      case "L":
        extensions.longName = byteStringToNul(await readExtension(bytes, header));
        break;
      case "K":
        extensions.longLink = byteStringToNul(await readExtension(bytes, header));
        break;
      case "V": // GNU's label of the volume: no file
        await bytes.skip(header.size + padding(header.size));
        break;
      default:
        return await buildMember(bytes, { header, block, extensions });
    }
  }
}

// Undefined at the end: two blocks of zeros, or just no more bytes, which many writers leave it at.
async function readHeaderBlock(bytes: ByteReader): Promise<Uint8Array | undefined> {
  const block = await bytes.read(BLOCK_SIZE);
  if (!block || !isZeroBlock(block)) return block;
  const second = await bytes.read(BLOCK_SIZE);
  if (second && !isZeroBlock(second)) throw new TarError("a block of zeros lies between the entries");
  return undefined;
}

async function readExtension(bytes: ByteReader, { name, size }: TarHeader): Promise<Uint8Array> {
  if (size > LARGEST_EXTENSION) {
    throw new TarError(
      `the extended header '${shownName(name)}' has ${size} bytes, more than ${LARGEST_EXTENSION}`,
    );
  }
  const content = await bytes.readExactly(size + padding(size));
  // A copy: the chunk behind a view would stay in memory as long as a name or an attribute does.
  return content.slice(0, size);
}

async function buildMember(
  bytes: ByteReader,
  { header, block, extensions }: { header: TarHeader; block: Uint8Array; extensions: Extensions },
): Promise<Member> {
  const entry = {
    kind: kindOf(header),
    name: header.name,
    linkName: header.linkName,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    mtime: { seconds: header.mtime, nanoseconds: 0 },
    size: header.size,
    deviceMajor: header.deviceMajor,
    deviceMinor: header.deviceMinor,
    xattrs: NO_XATTRS,
  };
  applyPax(entry, extensions.pax);
  if (extensions.longName) entry.name = extensions.longName;
  if (extensions.longLink) entry.linkName = extensions.longLink;
  if (header.type === "\0" && entry.name.endsWith("/")) entry.kind = "directory";
  // Links, devices and directories have no content, whatever size they state.
  if (entry.kind !== "file") {
    return { entry: { ...entry, size: 0 }, storedBytes: skippedBytes(header), extents: [] };
  }

  const sparse = header.type === "S" && header.gnu
    ? await readOldSparse(bytes, block, entry.size)
    : await readPaxSparse(bytes, extensions.pax, entry.size);
  if (!sparse) return { entry, storedBytes: entry.size, extents: [{ offset: 0, length: entry.size }] };
  return {
    entry: { ...entry, name: sparse.name ?? entry.name, size: sparse.size },
    storedBytes: entry.size - sparse.mapBytes,
    extents: sparse.extents,
  };
}

const NO_XATTRS: ReadonlyMap<ByteString, Uint8Array> = new Map();
const XATTR_PREFIX = "SCHILY.xattr.";

function applyPax(entry: Omit<TarEntry, "content">, records: PaxRecords): void {
  const xattrs = records.filter(({ key }) => key.startsWith(XATTR_PREFIX));
  if (xattrs.length > 0) {
    entry.xattrs = new Map(xattrs.map(({ key, value }) => [key.slice(XATTR_PREFIX.length), value]));
  }
  for (const { key, value } of records) {
    if (value.length === 0) continue; // as if the record were not there: the header's own field counts
    if (key === "path") entry.name = parsePaxName(value);
    if (key === "linkpath") entry.linkName = parsePaxName(value);
    if (key === "size") entry.size = parsePaxNumber(value);
    if (key === "uid") entry.uid = parsePaxNumber(value);
    if (key === "gid") entry.gid = parsePaxNumber(value);
    if (key === "mtime") entry.mtime = parsePaxTime(value);
  }
}

const KINDS: Record<string, TarEntryKind> = {
  "0": "file",
  "\0": "file",
  "7": "file", // contiguous: a request about the disk that nobody honours
  S: "file", // GNU, with holes
  "1": "hardlink",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
  D: "directory", // GNU, with a list of names as its content
};

function kindOf({ type, name, gnu }: TarHeader): TarEntryKind {
  const kind = KINDS[type];
  if (!kind || (type === "S" && !gnu)) {
    throw new TarError(`'${shownName(name)}' is of the unknown type '${shownName(type)}'`);
  }
  return kind;
}

function skippedBytes({ type, size }: TarHeader): number {
  return type === "D" ? size : 0;
}
