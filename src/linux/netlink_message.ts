/** Netlink messages as bytes (netlink(7)): headers, and attributes of a type and a length each. */
import { concatBytes } from "../base/concat_bytes.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The attributes of a message by type. */
export type Attributes = ReadonlyMap<number, Bytes>;

/** struct nlmsghdr: length, type, flags, sequence number, port. */
export const MESSAGE_HEADER_BYTES = 16;
/** struct nlattr: length, type. */
const ATTRIBUTE_HEADER_BYTES = 4;
/** Two bits of an attribute's type are flags. */
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/** What the kernel is asked to do. */
export interface NetlinkRequest {
  /** for a person, after "Cannot": `delete link 'eth0'` */
  what: string;
  type: number;
  /** besides NLM_F_REQUEST and NLM_F_ACK */
  flags?: number;
  /** the header of its type, and attributes */
  body: Bytes;
  /** errno's names that say that things are as they should be already */
  harmless?: readonly string[];
}

export interface NetlinkMessage {
  type: number;
  flags: number;
  sequence: number;
  body: Bytes;
}

/** In the machine's order of bytes, which is little-endian on x86_64 and aarch64. */
export function encodeMessage({ type, flags, sequence, body }: NetlinkMessage): Bytes {
  const bytes = new Uint8Array(aligned(MESSAGE_HEADER_BYTES + body.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MESSAGE_HEADER_BYTES + body.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  bytes.set(body, MESSAGE_HEADER_BYTES);
  return bytes;
}

/** The messages in what was received; their bodies are its bytes and not copies. @throws RangeError for a wrong length */
export function* decodeMessages(bytes: Bytes): Generator<NetlinkMessage> {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true);
    checkLength(length, { least: MESSAGE_HEADER_BYTES, most: bytes.length - at });
    yield {
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      body: bytes.subarray(at + MESSAGE_HEADER_BYTES, at + length),
    };
    at += aligned(length);
  }
}

/** One attribute; a text gets its NUL. */
export function attribute(type: number, value: Bytes | string): Bytes {
  const payload = typeof value === "string" ? new TextEncoder().encode(`${value}\0`) : value;
  const bytes = new Uint8Array(aligned(ATTRIBUTE_HEADER_BYTES + payload.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ATTRIBUTE_HEADER_BYTES + payload.length, true);
  view.setUint16(2, type, true);
  bytes.set(payload, ATTRIBUTE_HEADER_BYTES);
  return bytes;
}

export function attributeU8(type: number, value: number): Bytes {
  return attribute(type, new Uint8Array([value]));
}

export function attributeU16(type: number, value: number): Bytes {
  return attribute(type, new Uint8Array(new Uint16Array([value]).buffer));
}

export function attributeU32(type: number, value: number): Bytes {
  return attribute(type, new Uint8Array(new Uint32Array([value]).buffer));
}

/** An attribute of attributes. */
export function nested(type: number, attributes: readonly Bytes[]): Bytes {
  return attribute(type | NLA_F_NESTED, concatBytes(attributes));
}

/** Of each type the last one. @throws RangeError for a wrong length */
export function parseAttributes(bytes: Bytes | undefined): Attributes {
  const attributes = new Map<number, Bytes>();
  if (bytes === undefined) return attributes;
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint16(at, true);
    checkLength(length, { least: ATTRIBUTE_HEADER_BYTES, most: bytes.length - at });
    const type = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    attributes.set(type, bytes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + length));
    at += aligned(length);
  }
  return attributes;
}

/** A number in the machine's order of bytes. */
export function numberOf(bytes: Bytes | undefined): number | undefined {
  if (bytes === undefined) return undefined;
  const view = viewOf(bytes);
  return bytes.length === 1
    ? bytes[0]
    : bytes.length === 2
    ? view.getUint16(0, true)
    : view.getUint32(0, true);
}

/** A text up to its NUL. */
export function textOf(bytes: Bytes | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

export function viewOf(bytes: Bytes): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Messages and attributes begin at multiples of four bytes. */
function aligned(length: number): number {
  return (length + 3) & ~3;
}

function checkLength(length: number, { least, most }: { least: number; most: number }): void {
  if (length < least || length > most) {
    throw new RangeError(`a netlink length of ${length} bytes, of ${most}`);
  }
}
