/** Connections: whom to trust, which proxy to go through, and how far to follow a redirect. */
import { BudgieError } from "../../base/errors.ts";
import { bodyChunks, StallGuard } from "./body.ts";
import { connectionError, type Peer, RegistryError } from "./errors.ts";
import type { RegistrySettings } from "./settings.ts";

/** Where distributions keep the authorities that the machine trusts; the first that exists is taken. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt", // Debian, Arch, Alpine
  "/etc/pki/tls/certs/ca-bundle.crt", // Fedora
  "/etc/ssl/ca-bundle.pem", // SUSE
];
/** As many as browsers follow at least (Fetch Standard: 20); registries need one or two. */
const MAX_REDIRECTS = 10;
/** Methods whose redirects are followed. */
const FOLLOWED: Method[] = ["GET", "HEAD"];
const REDIRECTS = [301, 302, 303, 307, 308];

/** The methods of distribution-spec, and of token servers. */
export type Method = "GET" | "HEAD" | "POST" | "PATCH" | "PUT";

/** One request. */
export interface RequestOptions {
  /** what is done, after "Cannot" */
  action: string;
  method?: Method;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | Blob;
  /** the longest silence while connecting, waiting for the answer and reading it */
  stallMs: number;
  signal?: AbortSignal;
}

/** An answer, its final URL, and the guard that watches its body. */
export interface Answer {
  response: Response;
  url: URL;
  guard: StallGuard;
}

/** Sends requests; owns the connections until it is disposed. */
export class Transport implements Disposable {
  readonly #clients = new Map<string, Deno.HttpClient>();

  constructor(private readonly settings: RegistrySettings) {}

  /**
   * One request, redirects followed by hand: Authorization stays with the origin it was meant for, and
   * https never becomes http. Any status is an answer.
   * @throws RegistryError when there is none
   */
  async send(url: URL, options: RequestOptions): Promise<Answer> {
    const guard = new StallGuard(options.stallMs);
    const signal = options.signal ? AbortSignal.any([options.signal, guard.signal]) : guard.signal;
    const { authorization, ...publicHeaders } = options.headers;
    for (let at = url, hops = 0;; hops++) {
      const own = at.origin === url.origin && authorization !== undefined;
      const response = await this.#fetch(at, {
        method: options.method,
        body: options.body,
        headers: own ? { ...publicHeaders, authorization } : publicHeaders,
        redirect: "manual",
        signal,
      }, { ...options, guard });
      // What is sent is a secret, or somebody's image: for the first origin only.
      const last = !REDIRECTS.includes(response.status) || !FOLLOWED.includes(options.method ?? "GET");
      if (last) return { response, url: at, guard };
      await response.body?.cancel();
      if (hops === MAX_REDIRECTS) {
        throw new RegistryError(options.action, "it redirects without end", {
          hint: `The fault is with ${at.host}: try again later, or with a mirror`,
        });
      }
      at = redirectTarget(at, response.headers.get("location"), options.action);
    }
  }

  async #fetch(
    url: URL,
    init: RequestInit,
    { action, guard, signal }: { action: string; guard: StallGuard; signal?: AbortSignal },
  ): Promise<Response> {
    try {
      return await guard.watch(fetch(url, { ...init, client: this.#clientFor(url) }));
    } catch (error) {
      signal?.throwIfAborted();
      throw connectionError(action, peerOf(url), error);
    }
  }

  #clientFor(url: URL): Deno.HttpClient {
    const known = this.#clients.get(url.host);
    if (known) return known;
    const caCerts = url.protocol === "https:" ? authorities(url.host, this.settings) : [];
    // HTTP/1.1 carries large bodies faster than HTTP/2 here (314 MB/s against 263 over TLS).
    const create = () => Deno.createHttpClient({ caCerts, http2: false });
    const client = isLoopback(url.hostname) ? withoutProxy(create) : create();
    this.#clients.set(url.host, client);
    return client;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}

/** The chunks of an answer's body; failures are RegistryErrors that may be tried again. */
export async function* answerChunks(
  { response, url, guard }: Answer,
  options: { action: string; signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  try {
    yield* bodyChunks(response, guard);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw connectionError(options.action, peerOf(url), error);
  }
}

/** localhost, 127.0.0.0/8 and [::1]: traffic that cannot leave this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Names in the order in which Deno looks for them. */
const PROXY_VARIABLES: Record<string, string[]> = {
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
};

function peerOf({ protocol, hostname, host }: URL): Peer {
  const names = isLoopback(hostname) ? [] : PROXY_VARIABLES[protocol];
  return { host, proxyVariable: names.find((name) => Deno.env.get(name)) };
}

/** Where a Location header leads. @throws RegistryError for what is no address, and from https to http */
export function redirectTarget(from: URL, location: string | null, action: string): URL {
  const target = location === null ? null : URL.parse(location, from);
  if (!target || !/^https?:$/.test(target.protocol) || target.username || target.password) {
    throw new RegistryError(action, "it redirects to something that is not an address");
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw new RegistryError(action, `it redirects from https to plain http, to '${target.host}'`);
  }
  return target;
}

/** PEM texts to trust for a host, besides Deno's own list. */
function authorities(host: string, settings: RegistrySettings): string[] {
  const system = SYSTEM_BUNDLES.map(readIfPossible).find((text) => text !== undefined);
  const own = settings.caFile === undefined ? [] : [readAuthority(settings.caFile)];
  return [...(system === undefined ? [] : [system]), ...own, ...hostAuthorities(host, settings)];
}

function hostAuthorities(host: string, { certificatesDirectory }: RegistrySettings): string[] {
  const folder = `${certificatesDirectory}/${host}`;
  try {
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(".crt")).map((name) => readAuthority(`${folder}/${name}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

function readAuthority(path: string): string {
  const text = readIfPossible(path);
  if (text?.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new BudgieError(`Cannot trust the CA file '${path}': it is not a readable file of PEM certificates`);
}

function readIfPossible(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Deno's client takes the proxy variables from the environment when it is made, and there is no other way
 * to tell it "none". Loopback is never behind a proxy.
 */
function withoutProxy(create: () => Deno.HttpClient): Deno.HttpClient {
  const before = Deno.env.get("NO_PROXY");
  Deno.env.set("NO_PROXY", "localhost,127.0.0.0/8,::1");
  try {
    return create();
  } finally {
    if (before === undefined) Deno.env.delete("NO_PROXY");
    else Deno.env.set("NO_PROXY", before);
  }
}
