/** Reading a DNS message (RFC 1035 §4) of anybody: whatever the bytes are, it ends soon and takes little. */
import { concatBytes } from "../concat_bytes.ts";
import { type Edns, type Message, type Question, type ResourceRecord, TYPE } from "./message.ts";
import { decodeName, DnsFormatError, type DomainName, encodeName, labelsOf } from "./name.ts";
import { namesInData } from "./names_in_data.ts";

/** RFC 6891 §6.1.3: of the field that is the TTL elsewhere. */
const DNSSEC_OK = 0x8000;
/** RFC 2181 §8: a TTL with its highest bit set means zero. */
const MAX_TTL_SECONDS = 0x7fffffff;
/** In all names of a message together: with pointers, few bytes can mean a thousand times as many. */
const MAX_LABELS = 32_768;

/** Nothing of what it gives shares memory with `bytes`. @throws DnsFormatError; bytes behind the last record are no error */
export function decodeMessage(bytes: Uint8Array): Message {
  // A Buffer's slice() would make no copies.
  const reader = new Reader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const id = reader.number(2);
  const flags = reader.number(2);
  const [questionCount, answerCount, authorityCount, additionalCount] = [2, 2, 2, 2].map((size) =>
    reader.number(size)
  );
  const questions = times(questionCount, () => readQuestion(reader));
  const answers = times(answerCount, () => readRecord(reader));
  const authorities = times(authorityCount, () => readRecord(reader));
  const additionals = times(additionalCount, () => readRecord(reader));
  const options = additionals.filter(({ type }) => type === TYPE.OPT);
  if (options.length > 1) throw new DnsFormatError("Cannot read a DNS message: it has EDNS twice");
  return {
    id,
    isResponse: (flags & 0x8000) !== 0,
    opcode: flags >> 11 & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    responseCode: flags & 0xf | (options[0]?.ttlSeconds >>> 24) << 4,
    questions,
    answers: answers.map(withPlainTtl),
    authorities: authorities.map(withPlainTtl),
    additionals: additionals.filter(({ type }) => type !== TYPE.OPT).map(withPlainTtl),
    edns: options.map(ednsOf)[0],
  };
}

// No more memory than there are bytes for it: a count that is too high meets the end of the message.
function times<Item>(count: number, read: () => Item): Item[] {
  const items: Item[] = [];
  while (items.length < count) items.push(read());
  return items;
}

function readQuestion(reader: Reader): Question {
  return { name: reader.name(), type: reader.number(2), class: reader.number(2) };
}

function readRecord(reader: Reader): ResourceRecord {
  const head = { ...readQuestion(reader), ttlSeconds: reader.number(4) };
  const length = reader.number(2);
  const end = reader.offset + length;
  const layout = namesInData(head.type);
  // An update has records without data (RFC 2136 §2.4).
  if (!layout || length === 0) return { ...head, data: reader.bytes(length) };
  const before = reader.bytes(layout.bytesBefore);
  const names = times(layout.names, () => encodeName(reader.name()));
  if (reader.offset > end) throw new DnsFormatError("Cannot read a DNS message: a record is too short");
  return { ...head, data: concatBytes([before, ...names, reader.bytes(end - reader.offset)]) };
}

function withPlainTtl(record: ResourceRecord): ResourceRecord {
  return record.ttlSeconds > MAX_TTL_SECONDS ? { ...record, ttlSeconds: 0 } : record;
}

/** RFC 6891 §6.1.2 and §6.1.3. */
function ednsOf({ class: udpBytes, ttlSeconds: flags }: ResourceRecord): Edns {
  return { udpBytes, version: flags >>> 16 & 0xff, dnssecOk: (flags & DNSSEC_OK) !== 0 };
}

class Reader {
  offset = 0;
  #labels = 0;

  constructor(readonly message: Uint8Array) {}

  /** A copy: what is kept of a message does not keep all of it. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const end = this.offset + count;
    if (end > this.message.length) throw new DnsFormatError("Cannot read a DNS message: it is too short");
    const bytes = this.message.slice(this.offset, end);
    this.offset = end;
    return bytes as Uint8Array<ArrayBuffer>;
  }

  /** Unsigned, of at most 4 bytes. */
  number(sizeBytes: number): number {
    return this.bytes(sizeBytes).reduce((value, byte) => value * 256 + byte, 0);
  }

  name(): DomainName {
    const { name, end } = decodeName(this.message, this.offset);
    this.offset = end;
    this.#labels += labelsOf(name).length;
    if (this.#labels > MAX_LABELS) {
      throw new DnsFormatError("Cannot read a DNS message: its names are too long");
    }
    return name;
  }
}
