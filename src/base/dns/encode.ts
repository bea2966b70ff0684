/** Writing a DNS message (RFC 1035 §4), with names compressed, and cut off at the size that the other side can take. */
import { type Edns, type Message, type Question, type ResourceRecord, TYPE } from "./message.ts";
import { decodeName, type DomainName, encodeLabel, labelsOf } from "./name.ts";
import { namesInData } from "./names_in_data.ts";

/** The length is 16 bits wherever there is one. */
const MAX_MESSAGE_BYTES = 0xffff;
/** A pointer has 14 bits (RFC 1035 §4.1.4). */
const MAX_POINTER = 0x3fff;
/** RFC 6891 §6.1.2, without options. */
const EDNS_BYTES = 11;
const DNSSEC_OK = 0x8000;

/**
 * The bytes of a message. If they would be more than `maxBytes`, the last records are left out, and the message is
 * marked as truncated unless all of those were additional ones (RFC 2181 §9).
 * @throws DnsFormatError when a name is none
 */
export function encodeMessage(message: Message, { maxBytes = MAX_MESSAGE_BYTES } = {}): Uint8Array {
  const writer = new Writer();
  const counts = [0, 0, 0, 0];
  for (let index = 0; index < 6; index++) writer.number(0, 2); // the header, once the numbers are known
  for (const question of message.questions) {
    writeQuestion(writer, question);
    counts[0]++;
  }
  const room = Math.min(maxBytes, MAX_MESSAGE_BYTES) - (message.edns ? EDNS_BYTES : 0);
  const sections = [message.answers, message.authorities, message.additionals];
  let cutAt: number | undefined;
  for (const [section, records] of sections.entries()) {
    for (const record of records) {
      const before = writer.length;
      if (cutAt === undefined) writeRecord(writer, record);
      if (cutAt !== undefined || writer.length > room) {
        cutAt ??= section;
        writer.length = before;
        break;
      }
      counts[section + 1]++;
    }
  }
  if (message.edns) {
    writeEdns(writer, message.edns, message.responseCode);
    counts[3]++;
  }
  const truncated = message.truncated || (cutAt !== undefined && cutAt < sections.length - 1);
  return writer.finish([message.id, flagsOf(message, truncated), ...counts]);
}

function flagsOf(message: Message, truncated: boolean): number {
  const bit = (flag: boolean, mask: number) => flag ? mask : 0;
  return bit(message.isResponse, 0x8000) | message.opcode << 11 | bit(message.authoritative, 0x0400) |
    bit(truncated, 0x0200) | bit(message.recursionDesired, 0x0100) |
    bit(message.recursionAvailable, 0x0080) | bit(message.authenticData, 0x0020) |
    bit(message.checkingDisabled, 0x0010) | message.responseCode & 0xf;
}

function writeQuestion(writer: Writer, question: Question): void {
  writer.name(question.name);
  writer.number(question.type, 2);
  writer.number(question.class, 2);
}

function writeRecord(writer: Writer, record: ResourceRecord): void {
  writeQuestion(writer, record);
  writer.number(record.ttlSeconds, 4);
  writer.number(0, 2);
  const start = writer.length;
  const layout = namesInData(record.type);
  if (layout?.mayCompress && record.data.length > 0) {
    let offset = layout.bytesBefore;
    writer.bytes(record.data.subarray(0, offset));
    for (let index = 0; index < layout.names; index++) {
      const { name, end } = decodeName(record.data, offset);
      writer.name(name);
      offset = end;
    }
    writer.bytes(record.data.subarray(offset));
  } else {
    writer.bytes(record.data);
  }
  writer.numberAt(start - 2, writer.length - start);
}

function writeEdns(writer: Writer, { udpBytes, version, dnssecOk }: Edns, responseCode: number): void {
  writer.name("");
  writer.number(TYPE.OPT, 2);
  writer.number(udpBytes, 2);
  writer.number(responseCode >> 4, 1);
  writer.number(version, 1);
  writer.number(dnssecOk ? DNSSEC_OK : 0, 2);
  writer.number(0, 2);
}

class Writer {
  length = 0;
  #bytes = new Uint8Array(512);
  /** where a name begins that later ones may end with */
  readonly #names = new Map<DomainName, number>();

  bytes(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.length);
    this.length = needed;
  }

  /** Unsigned, highest byte first. */
  number(value: number, sizeBytes: number): void {
    this.bytes(Uint8Array.from({ length: sizeBytes }, (_, index) => value >>> 8 * (sizeBytes - 1 - index)));
  }

  numberAt(offset: number, value: number): void {
    this.#bytes.set([value >> 8, value & 0xff], offset);
  }

  name(name: DomainName): void {
    for (let rest = labelsOf(name); rest.length > 0; rest = rest.slice(1)) {
      const text = rest.join(".");
      const known = this.#names.get(text);
      if (known !== undefined) return this.number(0xc000 | known, 2);
      if (this.length <= MAX_POINTER) this.#names.set(text, this.length);
      const label = encodeLabel(rest[0]);
      this.number(label.length, 1);
      this.bytes(label);
    }
    this.number(0, 1);
  }

  finish(header: number[]): Uint8Array {
    for (const [index, value] of header.entries()) this.numberAt(2 * index, value);
    return this.#bytes.slice(0, this.length);
  }
}
