/** Answers of other servers, kept for as long as they say (RFC 1035 §3.2.1, RFC 2308). */
import {
  type Message,
  minimumTtlOf,
  type ResourceRecord,
  RESPONSE_CODE,
  TYPE,
} from "../../base/dns/message.ts";
import { DnsFormatError } from "../../base/dns/name.ts";

export interface CacheOptions {
  /** milliseconds of a clock that nobody sets */
  now?: () => number;
  maxEntries?: number;
}

const MAX_ENTRIES = 2_000;
/** More than any usual answer: few large ones must not take the memory of many. */
const MAX_ENTRY_BYTES = 4_096;
/** The monotonic clock stands still while the machine sleeps, and so would a long TTL. */
const MAX_TTL_SECONDS = 3_600;

export class DnsCache {
  /** the one that was not asked for the longest comes first */
  readonly #entries = new Map<string, { message: Message; storedAt: number; ttlSeconds: number }>();
  readonly #now: () => number;
  readonly #maxEntries: number;

  constructor({ now = () => performance.now(), maxEntries = MAX_ENTRIES }: CacheOptions = {}) {
    this.#now = now;
    this.#maxEntries = maxEntries;
  }

  /** The response as it would come now, its TTLs counted down. */
  get(key: string): Message | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    const ageSeconds = (this.#now() - entry.storedAt) / 1_000;
    if (ageSeconds >= entry.ttlSeconds) return undefined;
    this.#entries.set(key, entry);
    return withOlderRecords(entry.message, Math.floor(ageSeconds));
  }

  /** Keeps a response, if it may be kept. */
  set(key: string, message: Message): void {
    const ttlSeconds = Math.min(ttlOf(message), MAX_TTL_SECONDS);
    if (ttlSeconds <= 0 || sizeOf(message) > MAX_ENTRY_BYTES) return;
    this.#entries.delete(key);
    this.#entries.set(key, { message, storedAt: this.#now(), ttlSeconds });
    if (this.#entries.size > this.#maxEntries) this.#entries.delete(this.#entries.keys().next().value!);
  }
}

/** 0: it may not be kept. */
function ttlOf(message: Message): number {
  const { responseCode, truncated, answers, authorities, additionals } = message;
  const isFinal = responseCode === RESPONSE_CODE.NO_ERROR || responseCode === RESPONSE_CODE.NAME_ERROR;
  if (!isFinal || truncated) return 0;
  const ttls = [...answers, ...authorities, ...additionals].map(({ ttlSeconds }) => ttlSeconds);
  return Math.min(...ttls, hasAnswer(message) ? Infinity : negativeTtlOf(authorities));
}

/** Whether there is what was asked for, and not only the way to nothing. */
function hasAnswer({ responseCode, questions: [question], answers }: Message): boolean {
  return responseCode === RESPONSE_CODE.NO_ERROR &&
    answers.some(({ type }) => type === question.type || question.type === TYPE.ANY);
}

/** RFC 2308 §5: without an SOA record it may not be kept. */
function negativeTtlOf(authorities: ResourceRecord[]): number {
  const soa = authorities.find(({ type }) => type === TYPE.SOA);
  if (!soa) return 0;
  try {
    return minimumTtlOf(soa);
  } catch (error) {
    if (!(error instanceof DnsFormatError)) throw error;
    return 0;
  }
}

function sizeOf({ answers, authorities, additionals }: Message): number {
  return [...answers, ...authorities, ...additionals].reduce(
    (sum, { name, data }) => sum + name.length + data.length,
    0,
  );
}

function withOlderRecords(message: Message, ageSeconds: number): Message {
  const older = (records: ResourceRecord[]) =>
    records.map((record) => ({ ...record, ttlSeconds: record.ttlSeconds - ageSeconds }));
  return {
    ...message,
    answers: older(message.answers),
    authorities: older(message.authorities),
    additionals: older(message.additionals),
  };
}
