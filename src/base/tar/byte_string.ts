/**
 * Names in an archive are bytes, mostly but not always UTF-8. A byte string holds one byte in each char (0 to
 * 255), so every name survives, can be a key of a Map, and is split with the methods of string.
 */
import { Buffer } from "node:buffer";

/** One byte in each char. An alias to say so: the compiler does not tell it from other strings. */
export type ByteString = string;

/** The bytes as a byte string. */
export function byteString(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The bytes up to the first NUL, or all of them: how tar headers hold text. */
export function byteStringToNul(bytes: Uint8Array): ByteString {
  const end = bytes.indexOf(0);
  return byteString(end === -1 ? bytes : bytes.subarray(0, end));
}

/** The bytes again, with the NUL that ends a name in C. @throws TypeError if there is a NUL inside */
export function nulTerminated(text: ByteString): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length + 1);
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    if (byte === 0 || byte > 255) throw new TypeError(`not a byte that a name can hold: ${byte}`);
    bytes[i] = byte;
  }
  return bytes;
}

/** Chars of a name that an error message shows. */
const LONGEST_SHOWN = 200;

/** For a person: decoded as UTF-8, cut when it is very long, and nothing in it that steers a terminal. */
export function shownName(text: ByteString): string {
  const decoded = new TextDecoder().decode(Buffer.from(text, "latin1"));
  const cut = decoded.length > LONGEST_SHOWN ? `${decoded.slice(0, LONGEST_SHOWN)}…` : decoded;
  // deno-lint-ignore no-control-regex
  return cut.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, (control) => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
