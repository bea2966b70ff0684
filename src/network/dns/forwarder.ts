/** Asking other servers for a name, one after another, until one knows. */
import { type Message, RESPONSE_CODE } from "../../base/dns/message.ts";
import { deadline } from "../../base/deadline.ts";
import { askByTcp, askByUdp, type Server } from "./exchange.ts";

export interface ForwarderOptions {
  /** of all servers */
  port?: number;
  /** how long one is waited for */
  tryTimeoutMs?: number;
  /** milliseconds of a clock that nobody sets */
  now?: () => number;
}

const DNS_PORT = 53;
/** Together less than the five seconds after which libc asks again, or gives up. */
const TRY_TIMEOUT_MS = 1_500;
const MAX_TRIES = 3;
/** A server that gave no answer is asked after the others for so long. */
const AVOID_MS = 30_000;
/** What a datagram may have to arrive whole on every path (DNS flag day 2020). */
const UDP_BYTES = 1_232;

export class Forwarder {
  readonly #port: number;
  readonly #tryTimeoutMs: number;
  readonly #now: () => number;
  /** when a server gave no answer, by its address */
  readonly #silentAt = new Map<string, number>();

  constructor(
    { port = DNS_PORT, tryTimeoutMs = TRY_TIMEOUT_MS, now = () => performance.now() }: ForwarderOptions = {},
  ) {
    this.#port = port;
    this.#tryTimeoutMs = tryTimeoutMs;
    this.#now = now;
  }

  /**
   * The response of the first of the servers that has one, with the query's ID; undefined when none had. A refusal
   * or a failure is passed on only if no other server knows more.
   */
  async forward(
    query: Message,
    servers: readonly string[],
    signal: AbortSignal,
  ): Promise<Message | undefined> {
    let failure: Message | undefined;
    for (const address of this.#inOrder(servers)) {
      const response = await this.#ask(query, { address, port: this.#port }, signal);
      if (signal.aborted) break;
      if (response && !isFailure(response)) return { ...response, id: query.id };
      failure = response ?? failure;
    }
    return failure && { ...failure, id: query.id };
  }

  /** Each try; servers that were silent lately come last. */
  #inOrder(servers: readonly string[]): string[] {
    const rested = (address: string) => this.#now() - (this.#silentAt.get(address) ?? -Infinity) > AVOID_MS;
    const sorted = [...servers.filter(rested), ...servers.filter((address) => !rested(address))];
    const tries = sorted.length === 0 ? 0 : MAX_TRIES;
    return Array.from({ length: tries }, (_, index) => sorted[index % sorted.length]);
  }

  /** undefined: it gave no answer in time. */
  async #ask(query: Message, server: Server, signal: AbortSignal): Promise<Message | undefined> {
    const [id] = crypto.getRandomValues(new Uint16Array(1));
    const edns = query.edns && { ...query.edns, udpBytes: UDP_BYTES };
    const ours: Message = { ...query, id, edns, answers: [], authorities: [], additionals: [] };
    let response: Message | undefined;
    try {
      using inTime = deadline(this.#tryTimeoutMs, signal);
      response = await askByUdp(ours, server, inTime.signal);
      if (response.truncated) response = await askByTcp(ours, server, inTime.signal);
    } catch {
      // Not there, not reachable, too slow, or no DNS server: all the same to us. What was cut off is better than
      // nothing.
    }
    if (response) this.#silentAt.delete(server.address);
    else if (!signal.aborted) this.#silentAt.set(server.address, this.#now());
    return response;
  }
}

/** Another server may know it. */
function isFailure({ responseCode }: Message): boolean {
  const { SERVER_FAILURE, NOT_IMPLEMENTED, REFUSED } = RESPONSE_CODE;
  return [SERVER_FAILURE, NOT_IMPLEMENTED, REFUSED].some((code) => code === responseCode);
}
