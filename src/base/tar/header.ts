/** One header block of a tar archive (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). */
import { type ByteString, byteString, byteStringToNul } from "./byte_string.ts";
import { TarError } from "./tar_error.ts";

/** Everything in a tar starts at a multiple of this. */
export const BLOCK_SIZE = 512;

/** The fields of one header block, as numbers and byte strings. */
export interface TarHeader {
  name: ByteString;
  /** one char; NUL is the oldest way to say regular file */
  type: string;
  linkName: ByteString;
  /** permission bits with setuid, setgid and sticky */
  mode: number;
  uid: number;
  gid: number;
  /** bytes stored, as the header says */
  size: number;
  /** whole seconds */
  mtime: number;
  deviceMajor: number;
  deviceMinor: number;
  /** written by GNU tar's own format, whose blocks hold other things at the end */
  gnu: boolean;
}

/** offset and length of each field */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
  /** of star, which ends in "tar\0" and keeps times behind a shorter prefix */
  starPrefix: [345, 131],
  starTrailer: [508, 4],
} as const;

const USTAR_MAGIC = "ustar\x0000";
const GNU_MAGIC = "ustar  \0";
/** The permission bits of a mode; some archivers leave file type bits above them. */
const PERMISSIONS = 0o7777;

/** Reads a block that is not all zeros. @throws TarError for a wrong checksum or a field that is no number */
export function parseHeader(block: Uint8Array): TarHeader {
  checkChecksum(block);
  const type = byteString(field(block, "type"));
  const magic = byteString(field(block, "magic"));
  const gnu = magic === GNU_MAGIC;
  // Some archivers leave the version out or wrong: the magic's first six bytes decide.
  const ustar = magic.startsWith(USTAR_MAGIC.slice(0, 6));
  const hasDevice = (ustar || gnu) && (type === "3" || type === "4");
  return {
    name: ustar ? joinPrefix(block) : byteStringToNul(field(block, "name")),
    type,
    linkName: byteStringToNul(field(block, "linkName")),
    mode: number(block, "mode") & PERMISSIONS,
    uid: number(block, "uid"),
    gid: number(block, "gid"),
    size: number(block, "size"),
    mtime: number(block, "mtime"),
    deviceMajor: hasDevice ? number(block, "deviceMajor") : 0,
    deviceMinor: hasDevice ? number(block, "deviceMinor") : 0,
    gnu,
  };
}

/**
 * The block of a header, in the ustar format. The numbers fit (fitsHeader), and so do the names: what does not is
 * said before, in an extended header. Owners have no names.
 */
export function formatHeader(header: Omit<TarHeader, "gnu">): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK_SIZE);
  putText(block, "name", header.name);
  for (const name of ["mode", "uid", "gid", "size", "mtime", "deviceMajor", "deviceMinor"] as const) {
    putNumber(block, name, header[name]);
  }
  putText(block, "type", header.type);
  putText(block, "linkName", header.linkName);
  putText(block, "magic", USTAR_MAGIC);
  putText(block, "checksum", " ".repeat(FIELDS.checksum[1]));
  const sum = block.reduce((total, byte) => total + byte, 0);
  putText(block, "checksum", `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** Whether a header's field can hold the number: octal digits, and a NUL. */
export function fitsHeader(name: "uid" | "gid" | "size" | "mtime", value: number): boolean {
  return value >= 0 && value < 8 ** (FIELDS[name][1] - 1);
}

/** Bytes of a name, or of a link's target, that a header can hold. */
export const LONGEST_NAME = 100;

/** Whether a block is all zeros: two of them end an archive. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Bytes between content of this size and the next block. */
export function padding(sizeBytes: number): number {
  return (BLOCK_SIZE - sizeBytes % BLOCK_SIZE) % BLOCK_SIZE;
}

/**
 * A number as headers hold it: octal text padded with spaces or NULs, or GNU's base-256, big-endian two's complement
 * behind a first bit of 1. Nothing at all is 0. @throws TarError
 */
export function parseNumber(bytes: Uint8Array): number {
  if (bytes[0] & 0x80) return parseBase256(bytes);
  const text = byteString(bytes).replace(/^[ \0]+|[ \0]+$/g, "");
  if (!/^[0-7]*$/.test(text)) throw new TarError("a header holds something else where a number belongs");
  return safe(text === "" ? 0 : parseInt(text, 8));
}

function parseBase256(bytes: Uint8Array): number {
  const negative = (bytes[0] & 0x40) !== 0;
  // The first bit only marks the encoding; the next one is the sign.
  let value = BigInt(negative ? bytes[0] - 0x100 : bytes[0] & 0x7f);
  for (const byte of bytes.subarray(1)) value = value * 256n + BigInt(byte);
  return safe(Number(value));
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new TarError("a header holds a number that is too large");
  return value;
}

function field(block: Uint8Array, name: keyof typeof FIELDS): Uint8Array {
  const [offset, length] = FIELDS[name];
  return block.subarray(offset, offset + length);
}

function number(block: Uint8Array, name: keyof typeof FIELDS): number {
  return parseNumber(field(block, name));
}

function putText(block: Uint8Array, name: keyof typeof FIELDS, text: ByteString): void {
  const [offset] = FIELDS[name];
  for (let i = 0; i < text.length; i++) block[offset + i] = text.charCodeAt(i);
}

function putNumber(block: Uint8Array, name: keyof typeof FIELDS, value: number): void {
  const digits = FIELDS[name][1] - 1;
  putText(block, name, value.toString(8).padStart(digits, "0"));
}

function joinPrefix(block: Uint8Array): ByteString {
  const star = byteString(field(block, "starTrailer")) === "tar\0";
  const prefix = byteStringToNul(field(block, star ? "starPrefix" : "prefix"));
  const name = byteStringToNul(field(block, "name"));
  return prefix === "" ? name : `${prefix}/${name}`;
}

// The sum of all bytes, with the checksum's own field as spaces. Old archivers summed signed bytes.
function checkChecksum(block: Uint8Array): void {
  const [start, length] = FIELDS.checksum;
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK_SIZE; i++) {
    const byte = i >= start && i < start + length ? 0x20 : block[i];
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const stated = number(block, "checksum");
  if (stated !== unsigned && stated !== signed) throw new TarError("a header has the wrong checksum");
}
