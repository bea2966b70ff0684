/**
 * DNS messages as values (RFC 1035 §4, EDNS(0) of RFC 6891). decode.ts reads them, encode.ts writes them; multicast
 * DNS has the same ones.
 */
import { formatIpAddress, parseIpAddress } from "../ip_address.ts";
import { decodeName, DnsFormatError, type DomainName, encodeName } from "./name.ts";

/** IANA "Resource Record (RR) TYPEs"; the others are numbers to us. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  ANY: 255,
} as const;

/** The Internet, RFC 1035 §3.2.4. */
export const CLASS_IN = 1;

/** IANA "DNS RCODEs". */
export const RESPONSE_CODE = {
  NO_ERROR: 0,
  FORMAT_ERROR: 1,
  SERVER_FAILURE: 2,
  NAME_ERROR: 3,
  NOT_IMPLEMENTED: 4,
  REFUSED: 5,
  BAD_VERSION: 16,
} as const;

/** RFC 1035 §4.1.1: a standard query. */
export const OPCODE_QUERY = 0;

/** Five of 32 bits (RFC 1035 §3.3.13). */
const SOA_NUMBERS_BYTES = 20;

/** What a UDP message may have when the other side says nothing of EDNS (RFC 1035 §4.2.1). */
export const PLAIN_UDP_BYTES = 512;

export interface Message {
  id: number;
  isResponse: boolean;
  opcode: number;
  authoritative: boolean;
  truncated: boolean;
  recursionDesired: boolean;
  recursionAvailable: boolean;
  authenticData: boolean;
  checkingDisabled: boolean;
  /** above 15 only with EDNS */
  responseCode: number;
  questions: Question[];
  answers: ResourceRecord[];
  authorities: ResourceRecord[];
  /** without the one of EDNS */
  additionals: ResourceRecord[];
  edns?: Edns;
}

export interface Question {
  name: DomainName;
  type: number;
  class: number;
}

export interface ResourceRecord {
  name: DomainName;
  type: number;
  class: number;
  ttlSeconds: number;
  /** as on the wire; the names in it are not compressed */
  data: Uint8Array;
}

export interface Edns {
  /** how much the sender can take in one UDP message */
  udpBytes: number;
  version: number;
  /** the sender wants DNSSEC's records (RFC 3225) */
  dnssecOk: boolean;
}

/** A query for what a resolver is to find. */
export function queryFor(...questions: Question[]): Message {
  return {
    id: 0,
    isResponse: false,
    opcode: OPCODE_QUERY,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    responseCode: RESPONSE_CODE.NO_ERROR,
    questions,
    answers: [],
    authorities: [],
    additionals: [],
  };
}

/** A response to `query` from a server that finds names for its clients, empty unless `content` has something. */
export function responseTo(query: Message, content: Partial<Message> = {}): Message {
  return {
    ...query,
    isResponse: true,
    authoritative: false,
    truncated: false,
    recursionAvailable: true,
    authenticData: false,
    responseCode: RESPONSE_CODE.NO_ERROR,
    answers: [],
    authorities: [],
    additionals: [],
    edns: query.edns && { ...query.edns, version: 0 },
    ...content,
  };
}

/** A or AAAA, whichever the address is. @throws Error when it is none */
export function addressRecord(name: DomainName, address: string, ttlSeconds: number): ResourceRecord {
  const parsed = parseIpAddress(address);
  if (!parsed) throw new Error(`not an IP address: '${address}'`);
  const size = parsed.family === 4 ? 4 : 16;
  const data = Uint8Array.from(
    { length: size },
    (_, index) => Number(parsed.value >> BigInt(8 * (size - 1 - index)) & 0xffn),
  );
  return { name, type: parsed.family === 4 ? TYPE.A : TYPE.AAAA, class: CLASS_IN, ttlSeconds, data };
}

/** The address in an A or AAAA record; undefined for all others. */
export function addressOf({ type, data }: ResourceRecord): string | undefined {
  const family = type === TYPE.A && data.length === 4 ? 4 : type === TYPE.AAAA && data.length === 16 ? 6 : 0;
  if (family === 0) return undefined;
  return formatIpAddress({ family, value: data.reduce((value, byte) => value << 8n | BigInt(byte), 0n) });
}

export function pointerRecord(name: DomainName, target: DomainName, ttlSeconds: number): ResourceRecord {
  return { name, type: TYPE.PTR, class: CLASS_IN, ttlSeconds, data: encodeName(target) };
}

/** For how long a name that is not there stays so: the last number of an SOA record (RFC 2308 §4). */
export function minimumTtlOf({ data }: ResourceRecord): number {
  const numbersAt = decodeName(data, decodeName(data, 0).end).end;
  if (data.length !== numbersAt + SOA_NUMBERS_BYTES) {
    throw new DnsFormatError("Cannot read a DNS message: a wrong SOA");
  }
  return new DataView(data.buffer, data.byteOffset).getUint32(data.length - 4);
}
