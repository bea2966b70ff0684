/** Archives made by hand, also ones that no archiver writes. For tests. */
import { Buffer } from "node:buffer";
import type { ByteString } from "./byte_string.ts";
import { BLOCK_SIZE } from "./header.ts";

/** One entry to be written; what is left out is what a usual archiver writes. */
export interface MadeEntry {
  name: ByteString;
  /** default: a regular file */
  type?: string;
  linkName?: ByteString;
  mode?: number;
  /** numbers are written in octal, text as it is */
  uid?: number | ByteString;
  gid?: number | ByteString;
  mtime?: number | ByteString;
  /** default: that of the content */
  size?: number | ByteString;
  content?: ByteString | Uint8Array;
  device?: [major: number, minor: number];
  /** default: ustar */
  magic?: ByteString;
  /** an extended header before the entry */
  pax?: Record<string, ByteString>;
  /** more bytes at these offsets of the header block */
  raw?: Record<number, ByteString>;
}

/** A whole archive with its end marker. Names and contents are byte strings. */
export function makeTar(entries: MadeEntry[]): Uint8Array<ArrayBuffer> {
  return joinBytes(...entries.map(makeEntry), new Uint8Array(2 * BLOCK_SIZE));
}

/** Header, content and padding of one entry, with its extended header before it. */
export function makeEntry(entry: MadeEntry): Uint8Array<ArrayBuffer> {
  const content = bytesOf(entry.content ?? "");
  const extended = entry.pax
    ? makeEntry({ name: "PaxHeaders/x", type: "x", content: paxRecords(entry.pax) })
    : bytesOf("");
  return joinBytes(extended, headerBlock(entry, content.length), padded(content));
}

/** `length key=value\n` for each; the length counts its own digits. */
export function paxRecords(records: Record<string, ByteString>): ByteString {
  return Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length;
    while (length !== String(length).length + rest.length) length = String(length).length + rest.length;
    return `${length}${rest}`;
  }).join("");
}

/** The archive in pieces of `pieceBytes`, as a network would bring it. */
export async function* inPieces(
  bytes: Uint8Array,
  pieceBytes = 64 * 1024,
): AsyncGenerator<Uint8Array, void, void> {
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    yield await Promise.resolve(bytes.subarray(start, start + pieceBytes));
  }
}

/** One after the other. */
export function joinBytes(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

/** A byte string's bytes. */
export function bytesOf(content: ByteString | Uint8Array): Uint8Array {
  return typeof content === "string" ? new Uint8Array(Buffer.from(content, "latin1")) : content;
}

function headerBlock(entry: MadeEntry, contentBytes: number): Uint8Array {
  const block = Buffer.alloc(BLOCK_SIZE);
  const put = (offset: number, length: number, value: number | ByteString) => {
    const text = typeof value === "number" ? `${value.toString(8).padStart(length - 1, "0")}\0` : value;
    block.write(text.slice(0, length), offset, "latin1");
  };
  put(0, 100, entry.name);
  put(100, 8, entry.mode ?? 0o644);
  put(108, 8, entry.uid ?? 0);
  put(116, 8, entry.gid ?? 0);
  put(124, 12, entry.size ?? contentBytes);
  put(136, 12, entry.mtime ?? 1_700_000_000);
  put(156, 1, entry.type ?? "0");
  put(157, 100, entry.linkName ?? "");
  put(257, 8, entry.magic ?? "ustar\x0000");
  put(329, 8, entry.device?.[0] ?? 0);
  put(337, 8, entry.device?.[1] ?? 0);
  for (const [offset, text] of Object.entries(entry.raw ?? {})) put(Number(offset), text.length, text);
  block.fill(" ", 148, 156);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function padded(content: Uint8Array): Uint8Array {
  return joinBytes(content, new Uint8Array((BLOCK_SIZE - content.length % BLOCK_SIZE) % BLOCK_SIZE));
}
