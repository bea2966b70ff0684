/** PAX extended headers: `length key=value\n` records (POSIX.1-2017 pax, "pax Extended Header"). */
import { Buffer } from "node:buffer";
import { type ByteString, byteString } from "./byte_string.ts";
import { TarError } from "./tar_error.ts";

/** UTC; nanoseconds are 0 to 999,999,999, also before 1970. */
export interface TarTime {
  seconds: number;
  nanoseconds: number;
}

/** In their order; a key may come more than once (GNU's sparse maps). */
export type PaxRecords = { key: string; value: Uint8Array }[];

/** Splits the content of an extended header. @throws TarError where a record's length or shape is wrong */
export function parsePaxRecords(content: Uint8Array): PaxRecords {
  const records: PaxRecords = [];
  for (let start = 0; start < content.length;) {
    const space = content.indexOf(SPACE, start);
    // 1 MiB has seven digits: a longer number cannot be right.
    const digits = space === -1 || space - start > 7 ? "" : byteString(content.subarray(start, space));
    const end = start + Number(digits);
    if (!/^\d+$/.test(digits) || end > content.length || end <= space || content[end - 1] !== NEWLINE) {
      throw new TarError("an extended header has a record of the wrong length");
    }
    const equals = content.indexOf(EQUALS, space);
    if (equals <= space + 1 || equals >= end) {
      throw new TarError("an extended header has a record without a key");
    }
    const key = byteString(content.subarray(space + 1, equals));
    if (key.includes("\0")) throw new TarError("an extended header has a NUL in a key");
    records.push({ key, value: content.subarray(equals + 1, end - 1) });
    start = end;
  }
  return records;
}

/** The content of an extended header that holds these records. */
export function formatPaxRecords(records: PaxRecords): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(records.map(formatPaxRecord)));
}

// The length counts its own digits.
function formatPaxRecord({ key, value }: PaxRecords[number]): Uint8Array {
  const rest = ` ${key}=`.length + value.length + 1;
  let length = rest;
  while (length !== String(length).length + rest) length = String(length).length + rest;
  return Buffer.concat([Buffer.from(`${length} ${key}=`, "latin1"), value, Buffer.of(NEWLINE)]);
}

/** A time for a record: seconds, and as much of a fraction as there is. */
export function formatPaxTime({ seconds, nanoseconds }: TarTime): string {
  if (nanoseconds === 0) return String(seconds);
  const [whole, fraction] = seconds < 0 ? [-seconds - 1, 1e9 - nanoseconds] : [seconds, nanoseconds];
  return `${seconds < 0 ? "-" : ""}${whole}.${String(fraction).padStart(9, "0").replace(/0+$/, "")}`;
}

/** A name. @throws TarError if there is a NUL in it, where C would cut it short */
export function parsePaxName(value: Uint8Array): ByteString {
  if (value.includes(0)) throw new TarError("a name has a NUL in it");
  return byteString(value);
}

/** A whole number, 0 or more. @throws TarError */
export function parsePaxNumber(value: Uint8Array): number {
  const text = value.length > 20 ? "" : byteString(value);
  const result = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(result)) {
    throw new TarError("an extended header holds something else where a number belongs");
  }
  return result;
}

/** Seconds with a fraction: `1700000000.123456789`, `-1.5`. Digits after the ninth are dropped. @throws TarError */
export function parsePaxTime(value: Uint8Array): TarTime {
  const text = value.length > 100 ? "" : byteString(value);
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  const whole = Number(match?.[2]);
  if (!match || !Number.isSafeInteger(whole)) throw new TarError("an extended header holds no valid time");
  const nanoseconds = Number((match[3] ?? "").padEnd(9, "0").slice(0, 9));
  if (match[1] === "") return { seconds: whole, nanoseconds };
  return nanoseconds === 0
    ? { seconds: 0 - whole, nanoseconds: 0 }
    : { seconds: -whole - 1, nanoseconds: 1e9 - nanoseconds };
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;
