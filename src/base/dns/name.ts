/** Domain names, as text and as bytes (RFC 1035 §3.1 and §4.1.4). */
import { BudgieError } from "../errors.ts";

/**
 * Labels with dots between them and none at the end; the root is "". What is no printable ASCII character, and a dot
 * or a backslash inside a label, stands as `\DDD` (RFC 1035 §5.1): so each "." is between two labels.
 */
export type DomainName = string;

/** Bytes that are no DNS message, or text that is no domain name. */
export class DnsFormatError extends BudgieError {
  override name = "DnsFormatError";
}

/** RFC 1035 §2.3.4; the length is that of the bytes. */
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
/** RFC 1035 §4.1.4: the two highest bits of a length that is a pointer. */
const POINTER_BITS = 0xc0;

const BACKSLASH = 0x5c;
const DOT = 0x2e;

/**
 * The name that begins at `offset`, and where what follows it begins.
 * @throws DnsFormatError
 */
export function decodeName(message: Uint8Array, offset: number): { name: DomainName; end: number } {
  const labels: string[] = [];
  let sizeBytes = 1;
  let end: number | undefined;
  // A pointer leads to what was before the place it is reached from: so there can't be a loop.
  let before = offset;
  for (let at = offset;;) {
    const length = message[at];
    if (length === undefined) throw new DnsFormatError("Cannot read a DNS message: a name has no end");
    if (length === 0) return { name: labels.join("."), end: end ?? at + 1 };
    if ((length & POINTER_BITS) === POINTER_BITS) {
      const target = (length & ~POINTER_BITS) << 8 | message[at + 1];
      if (at + 1 >= message.length || target >= before) {
        throw new DnsFormatError("Cannot read a DNS message: a name points forward");
      }
      end ??= at + 2;
      at = before = target;
      continue;
    }
    const label = message.subarray(at + 1, at + 1 + length);
    sizeBytes += 1 + length;
    if (length > MAX_LABEL_BYTES || label.length < length || sizeBytes > MAX_NAME_BYTES) {
      throw new DnsFormatError("Cannot read a DNS message: a name is too long");
    }
    labels.push(labelText(label));
    at += 1 + length;
  }
}

function labelText(label: Uint8Array): string {
  let text = "";
  for (const byte of label) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== DOT && byte !== BACKSLASH;
    text += isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`;
  }
  return text;
}

/** The bytes of a name, not compressed. @throws DnsFormatError */
export function encodeName(name: DomainName): Uint8Array<ArrayBuffer> {
  const labels = labelsOf(name).map(encodeLabel);
  const bytes = Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
  if (bytes.length > MAX_NAME_BYTES) {
    throw new DnsFormatError(
      `Cannot use '${name}' as a domain name: it is longer than ${MAX_NAME_BYTES} bytes`,
    );
  }
  return bytes;
}

/** @throws DnsFormatError */
export function encodeLabel(label: string): Uint8Array<ArrayBuffer> {
  const bytes = Array.from(
    label.matchAll(/\\(\d{3})|([\s\S])/g),
    ([, digits, character]) => digits ? Number(digits) : character.charCodeAt(0),
  );
  const isWrong = bytes.length === 0 || bytes.length > MAX_LABEL_BYTES || bytes.some((byte) => byte > 0xff);
  if (isWrong) throw new DnsFormatError(`Cannot use '${label}' as a part of a domain name`);
  return Uint8Array.from(bytes);
}

/** `www.example.com` as three; the root as none. */
export function labelsOf(name: DomainName): string[] {
  return name === "" ? [] : name.split(".");
}

/** Whether a text, as a container's name, can be a domain name. */
export function isDomainName(text: string): boolean {
  try {
    encodeName(text);
    return true;
  } catch (error) {
    if (!(error instanceof DnsFormatError)) throw error;
    return false;
  }
}

/** RFC 4343: only the letters of ASCII have a case. */
export function sameName(a: DomainName, b: DomainName): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
