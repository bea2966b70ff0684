/**
 * Writes tar archives as a stream: ustar, with PAX records for what a header can't hold. The same entries give the
 * same bytes: no owner's name, no access time, nothing of the machine or the moment goes in.
 */
import { Buffer } from "node:buffer";
import { nextTurn } from "../turn.ts";
import { type ByteString, shownName } from "./byte_string.ts";
import type { TarEntry, TarEntryKind } from "./entry.ts";
import { BLOCK_SIZE, fitsHeader, formatHeader, LONGEST_NAME, padding } from "./header.ts";
import { formatPaxRecords, formatPaxTime, type PaxRecords } from "./pax.ts";

/** Bytes of one chunk, about: each is a step through whatever compresses or stores the archive. */
const CHUNK_BYTES = 256 * 1024;
const ZEROS = new Uint8Array(64 * 1024);

/**
 * The archive of these entries, with its end marker. What a content has too much is cut, and what it lacks is filled
 * with zeros: an entry takes the room that its header says.
 */
export async function* writeTar(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): AsyncGenerator<Uint8Array, void, void> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const piece of pieces(entries)) {
    pending.push(piece);
    pendingBytes += piece.length;
    if (pendingBytes < CHUNK_BYTES) continue;
    yield new Uint8Array(Buffer.concat(pending));
    [pending, pendingBytes] = [[], 0];
    await nextTurn(); // files are read, and gzip packs, without waiting
  }
  yield new Uint8Array(Buffer.concat([...pending, ZEROS.subarray(0, 2 * BLOCK_SIZE)]));
}

async function* pieces(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const entry of entries) {
    yield* headers(entry);
    if (entry.kind !== "file") continue;
    yield* content(entry);
    yield ZEROS.subarray(0, padding(entry.size));
  }
}

async function* content(entry: TarEntry): AsyncGenerator<Uint8Array, void, void> {
  let position = 0;
  for await (const { offset, bytes } of entry.content()) {
    const hole = Math.min(offset, entry.size) - position;
    yield* zeros(hole);
    const fitting = bytes.subarray(0, entry.size - position - hole);
    yield fitting;
    position += hole + fitting.length;
  }
  yield* zeros(entry.size - position);
}

function* zeros(count: number): Generator<Uint8Array, void, void> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
}

const TYPES: Record<TarEntryKind, string> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

function* headers(entry: TarEntry): Generator<Uint8Array, void, void> {
  if (entry.name.includes("\0") || entry.linkName.includes("\0")) {
    throw new TypeError(`a NUL in the name '${shownName(entry.name)}'`);
  }
  const name = entry.kind === "directory" && !entry.name.endsWith("/") ? `${entry.name}/` : entry.name;
  const size = entry.kind === "file" ? entry.size : 0;
  const records = paxRecords({ ...entry, name, size });
  if (records.length > 0) yield* extendedHeader(name, formatPaxRecords(records));
  yield formatHeader({
    name: name.slice(0, LONGEST_NAME),
    type: TYPES[entry.kind],
    linkName: entry.linkName.slice(0, LONGEST_NAME),
    mode: entry.mode,
    uid: orZero("uid", entry.uid),
    gid: orZero("gid", entry.gid),
    size: orZero("size", size),
    mtime: orZero("mtime", entry.mtime.seconds),
    deviceMajor: entry.deviceMajor,
    deviceMinor: entry.deviceMinor,
  });
}

function* extendedHeader(name: ByteString, records: Uint8Array): Generator<Uint8Array, void, void> {
  yield formatHeader({
    name: `PaxHeaders/${name}`.slice(0, LONGEST_NAME - 1).replace(/\/+$/, ""),
    type: "x",
    linkName: "",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: records.length,
    mtime: 0,
    deviceMajor: 0,
    deviceMinor: 0,
  });
  yield records;
  yield ZEROS.subarray(0, padding(records.length));
}

function paxRecords(entry: Omit<TarEntry, "content">): PaxRecords {
  const records: PaxRecords = [];
  const add = (key: string, value: ByteString) => records.push({ key, value: Buffer.from(value, "latin1") });
  if (entry.name.length > LONGEST_NAME) add("path", entry.name);
  if (entry.linkName.length > LONGEST_NAME) add("linkpath", entry.linkName);
  for (const field of ["uid", "gid", "size"] as const) {
    if (!fitsHeader(field, entry[field])) add(field, String(entry[field]));
  }
  const { mtime } = entry;
  if (mtime.nanoseconds !== 0 || !fitsHeader("mtime", mtime.seconds)) add("mtime", formatPaxTime(mtime));
  for (const [attribute, value] of [...entry.xattrs].toSorted(([a], [b]) => a < b ? -1 : 1)) {
    // The key ends at the first "=".
    if (!attribute.includes("=")) records.push({ key: `SCHILY.xattr.${attribute}`, value });
  }
  return records;
}

function orZero(field: "uid" | "gid" | "size" | "mtime", value: number): number {
  return fitsHeader(field, value) ? value : 0;
}
