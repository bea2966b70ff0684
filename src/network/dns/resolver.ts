/** What a query is answered with: from what we know ourselves, from the cache, or from other servers. */
import {
  addressRecord,
  CLASS_IN,
  type Message,
  OPCODE_QUERY,
  pointerRecord,
  type Question,
  type ResourceRecord,
  RESPONSE_CODE,
  responseTo,
  TYPE,
} from "../../base/dns/message.ts";
import type { DomainName } from "../../base/dns/name.ts";
import { DnsCache } from "./cache.ts";
import { Forwarder } from "./forwarder.ts";

/** Somebody's question; `type` as in TYPE. */
export interface Lookup {
  /** in lower case */
  name: DomainName;
  type: number;
  /** the address that it came from */
  client: string;
}

/** Addresses of both families or, of an address, names; undefined: we know nothing of it, others may. */
export type Answer = { addresses: string[] } | { names: DomainName[] } | "no such name" | undefined;

export interface ResolverOptions {
  answer: (lookup: Lookup) => Answer;
  /**
   * The servers that are asked for what is not ours; "none": the client has no way out; "refused": it has to ask
   * somebody else.
   */
  upstreams: (client: string) => readonly string[] | "none" | "refused";
  forwarder?: Forwarder;
  cache?: DnsCache;
  /** ends what is under way */
  signal: AbortSignal;
}

/** Containers come and go. */
const OWN_TTL_SECONDS = 5;
/** Of what other servers are asked at a time: each takes a descriptor. */
const MAX_FORWARDED = 256;

const { FORMAT_ERROR, SERVER_FAILURE, NAME_ERROR, NOT_IMPLEMENTED, REFUSED, BAD_VERSION } = RESPONSE_CODE;

export class Resolver {
  readonly #options: ResolverOptions;
  readonly #forwarder: Forwarder;
  readonly #cache: DnsCache;
  /** queries to other servers, by what they ask for */
  readonly #underWay = new Map<string, Promise<Message | undefined>>();

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#forwarder = options.forwarder ?? new Forwarder();
    this.#cache = options.cache ?? new DnsCache();
  }

  /** The response to a query of the client at that address; never rejected for what the query says. */
  async respond(query: Message, client: string): Promise<Message> {
    const { questions: [question, ...more], opcode, edns } = query;
    const fail = (responseCode: number) => responseTo(query, { responseCode });
    if (opcode !== OPCODE_QUERY) return fail(NOT_IMPLEMENTED);
    if (!question || more.length > 0) return fail(FORMAT_ERROR);
    if (edns && edns.version !== 0) return fail(BAD_VERSION);
    const answer = question.class === CLASS_IN ? this.#answer(question, client) : undefined;
    if (answer === "no such name") return fail(NAME_ERROR);
    if (answer) {
      return responseTo(query, { authoritative: true, answers: recordsOf(answer, question) });
    }
    const upstreams = this.#options.upstreams(client);
    if (upstreams === "refused") return fail(REFUSED);
    // musl waits in vain after a refusal, and glibc asks twice; neither keeps this answer, as it has no SOA record.
    if (upstreams === "none") return fail(NAME_ERROR);
    const response = await this.#elsewhere(query, upstreams);
    return response ? asResponse(response, query) : fail(SERVER_FAILURE);
  }

  #answer({ name, type }: Question, client: string): Answer {
    return this.#options.answer({ name: name.toLowerCase(), type, client });
  }

  /** From the cache, or from the servers; what is under way already is waited for. */
  async #elsewhere(query: Message, servers: readonly string[]): Promise<Message | undefined> {
    const key = keyOf(query, servers);
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const shared = this.#underWay.get(key);
    if (shared) return await shared;
    if (this.#underWay.size >= MAX_FORWARDED) return undefined;
    const asked = this.#forwarder.forward(query, servers, this.#options.signal);
    this.#underWay.set(key, asked);
    try {
      const response = await asked;
      if (response) this.#cache.set(key, response);
      return response;
    } finally {
      this.#underWay.delete(key);
    }
  }
}

/** Those of the type that was asked for; none is the answer "there is the name, but nothing of this type". */
function recordsOf(
  answer: { addresses: string[] } | { names: DomainName[] },
  { name, type }: Question,
): ResourceRecord[] {
  const records = "names" in answer
    ? answer.names.map((target) => pointerRecord(name, target, OWN_TTL_SECONDS))
    : answer.addresses.map((address) => addressRecord(name, address, OWN_TTL_SECONDS));
  return type === TYPE.ANY ? records : records.filter((record) => record.type === type);
}

/** Everything that makes the responses of other servers differ. */
function keyOf({ questions: [question], edns, ...query }: Message, servers: readonly string[]): string {
  const { name, type, class: class_ } = question;
  const flags = [query.recursionDesired, query.checkingDisabled, query.authenticData, edns?.dnssecOk];
  return [name.toLowerCase(), type, class_, flags.map(Number).join(""), ...servers].join(" ");
}

/** To this query, with its question as it was written, and its EDNS or none. */
function asResponse(response: Message, query: Message): Message {
  const { responseCode, truncated, authenticData, answers, authorities, additionals } = response;
  return responseTo(query, {
    // Its upper bits have no place without EDNS.
    responseCode: !query.edns && responseCode > 0xf ? SERVER_FAILURE : responseCode,
    truncated,
    authenticData,
    answers,
    authorities,
    additionals,
  });
}
