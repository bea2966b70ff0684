/** Requests to one registry (OCI distribution-spec), and reading from it ("Pull"). */
import type { Digest } from "../../../oci/digest.ts";
import { ACCEPTED_MANIFESTS } from "../../../oci/media_type.ts";
import { answerError } from "./answer_error.ts";
import { Authenticator } from "./authenticator.ts";
import { readAll } from "./body.ts";
import type { Credentials } from "./credentials.ts";
import { RegistryError } from "./errors.ts";
import { findCredentials } from "./login_file.ts";
import type { RegistrySettings } from "./settings.ts";
import { type Answer, answerChunks, isLoopback, type Method, Transport } from "./transport.ts";

/** distribution-spec: registries should accept manifests up to this size, and need not accept larger ones. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** How long a registry that may speak plain HTTP gets to show that it speaks TLS. */
const TLS_PROBE_MS = 5_000;

/** What all clients of one pull share. */
export interface ClientOptions {
  /** undefined: only the registry itself is spoken to */
  repository?: string;
  /** undefined: those in the user's files */
  credentials?: Credentials;
  transport: Transport;
  settings: RegistrySettings;
  stallMs: number;
}

/** A manifest or an index as it came. */
export interface ManifestAnswer {
  bytes: Uint8Array<ArrayBuffer>;
  /** the Content-Type, without parameters */
  mediaType: string;
}

/** A blob's bytes from `offset` on. */
export interface BlobAnswer {
  /** where the bytes begin: 0 when the registry does not give ranges, whatever was asked */
  offset: number;
  chunks: AsyncGenerator<Uint8Array>;
}

/** One request of a client. */
export interface ClientRequest {
  /** what is done, after "Cannot" */
  action: string;
  method?: Method;
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | Blob;
  /** statuses that are no failure here */
  accept?: readonly number[];
  /** undefined: the client's */
  stallMs?: number;
  signal?: AbortSignal;
}

/** How the first request found the registry. */
interface Connection {
  base: URL;
  authenticator: Authenticator;
  hadCredentials: boolean;
}

/** Requests for one repository at one registry or mirror; it connects at the first one. */
export class RegistryClient {
  #connection?: Promise<Connection>;

  /** @param registry host or host:port, or the base URL of a mirror */
  constructor(readonly registry: string, private readonly options: ClientOptions) {}

  get isMirror(): boolean {
    return this.registry.includes("://");
  }

  /** Where requests go, for messages. */
  get host(): string {
    return this.isMirror ? new URL(this.registry).host : apiHost(this.registry);
  }

  /** Whether the registry takes our credentials (distribution-spec, "Determining Support"). @throws RegistryError */
  async checkAccess(options: { signal?: AbortSignal }): Promise<void> {
    const { response } = await this.#get("", { ...options, action: `log in to ${this.host}`, headers: {} });
    await response.body?.cancel();
  }

  /** @throws RegistryError, also when it is larger than MAX_MANIFEST_BYTES */
  async manifest(
    reference: string,
    options: { what: string; signal?: AbortSignal },
  ): Promise<ManifestAnswer> {
    const action = `fetch ${options.what} from ${this.host}`;
    const accept = ACCEPTED_MANIFESTS.join(", ");
    const answer = await this.#get(`manifests/${reference}`, { ...options, action, headers: { accept } });
    const bytes = await this.#readAll(answer, { ...options, action, maxBytes: MAX_MANIFEST_BYTES });
    const mediaType = (answer.response.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
    return { bytes, mediaType };
  }

  /** A whole small blob. @throws RegistryError */
  async smallBlob(
    digest: Digest,
    options: { what: string; maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const action = `fetch ${options.what} from ${this.host}`;
    const answer = await this.#get(`blobs/${digest}`, { ...options, action, headers: {} });
    return await this.#readAll(answer, { ...options, action });
  }

  /** Opens a blob of `size` bytes at `offset`. @throws RegistryError here and from the chunks */
  async blob(
    digest: Digest,
    options: { what: string; size: number; offset: number; signal?: AbortSignal },
  ): Promise<BlobAnswer> {
    const action = `fetch ${options.what} from ${this.host}`;
    const headers: Record<string, string> = options.offset > 0 ? { range: `bytes=${options.offset}-` } : {};
    const answer = await this.#get(`blobs/${digest}`, { ...options, action, headers });
    const partial = answer.response.status === 206;
    if (partial && !rangeFits(answer.response.headers.get("content-range"), options)) {
      await answer.response.body?.cancel();
      throw new RegistryError(action, "it gives another part than was asked for", { retryable: true });
    }
    return { offset: partial ? options.offset : 0, chunks: answerChunks(answer, { ...options, action }) };
  }

  async #get(
    path: string,
    options: { action: string; headers: Record<string, string>; signal?: AbortSignal },
  ): Promise<Answer> {
    return await this.request(path, options);
  }

  /**
   * One request, with the login that the registry asks for. The body of the answer is the caller's to read or cancel.
   * @param target a path below the repository, or where an earlier answer has led
   * @throws RegistryError for every status but 2xx and those of `accept`
   */
  async request(target: string | URL, options: ClientRequest): Promise<Answer> {
    const { base, authenticator, hadCredentials } = await this.#connected(options);
    const { repository } = this.options;
    const root = `${base.href.replace(/\/$/, "")}/v2/${repository ? `${repository}/` : ""}`;
    const url = typeof target === "string" ? new URL(root + target) : target;
    const isOwn = url.origin === base.origin;
    // As it is: a body that is packed for the way has no digest we know.
    const headers = { ...options.headers, "accept-encoding": "identity", "user-agent": "budgie" };
    for (let tries = 1;; tries++) {
      const sent = isOwn ? authenticator.authorization : undefined;
      const answer = await this.options.transport.send(url, {
        ...options,
        headers: sent === undefined ? headers : { ...headers, authorization: sent },
        stallMs: options.stallMs ?? this.options.stallMs,
      });
      const { status } = answer.response;
      if (answer.response.ok || options.accept?.includes(status)) return answer;
      const asked = status === 401 && isOwn && answer.url.origin === url.origin && tries <= 2;
      if (asked) await answer.response.body?.cancel(); // the header says it all
      const challenge = answer.response.headers.get("www-authenticate");
      if (!asked || !(await authenticator.answer(challenge, { sent, signal: options.signal }))) {
        throw await answerError(answer, { action: options.action, hadCredentials });
      }
    }
  }

  /** Settled by the first request that succeeds with it. */
  async #connected(options: { action: string; signal?: AbortSignal }) {
    this.#connection ??= this.#connect(options);
    try {
      return await this.#connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  async #connect(options: { action: string; signal?: AbortSignal }): Promise<Connection> {
    const { repository, transport, settings, stallMs } = this.options;
    const credentials = this.options.credentials ??
      await findCredentials(settings.loginFiles, this.host, { repository, signal: options.signal });
    const base = this.isMirror ? new URL(this.registry) : await this.#chooseScheme(options);
    const authenticator = new Authenticator({ registry: base, repository, credentials, transport, stallMs });
    return { base, authenticator, hadCredentials: credentials !== undefined };
  }

  /** TLS, or plain HTTP where that is allowed and TLS is not spoken. */
  async #chooseScheme({ action, signal }: { action: string; signal?: AbortSignal }): Promise<URL> {
    const { settings, transport } = this.options;
    const secure = new URL(`https://${this.host}/`);
    const names = [this.registry, this.host, secure.hostname];
    if (!isLoopback(secure.hostname) && !settings.insecure.some((host) => names.includes(host))) {
      return secure;
    }
    try {
      const probe = { action, headers: {}, stallMs: Math.min(TLS_PROBE_MS, this.options.stallMs), signal };
      const { response } = await transport.send(new URL("v2/", secure), probe);
      await response.body?.cancel();
      return secure;
    } catch (error) {
      signal?.throwIfAborted();
      // A certificate that does not convince is no reason to go on without one.
      if (!(error instanceof RegistryError) || /certificate|not known/.test(error.reason)) throw error;
      return new URL(`http://${this.host}/`);
    }
  }

  async #readAll(
    answer: Answer,
    { action, maxBytes, signal }: { action: string; maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await readAll(answerChunks(answer, { action, signal }), maxBytes);
    if (bytes) return bytes;
    throw new RegistryError(action, `it is larger than the limit of ${maxBytes} bytes`, {
      hint: `No image needs as much: the fault is with ${answer.url.host}`,
    });
  }
}

function apiHost(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

/** `bytes 100-999/1000` for an offset of 100 and a size of 1000; the total may be `*` (RFC 9110 §14.4). */
function rangeFits(header: string | null, { offset, size }: { offset: number; size: number }): boolean {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header ?? "");
  if (!match || Number(match[1]) !== offset) return false;
  return Number(match[2]) < size && (match[3] === "*" || Number(match[3]) === size);
}
