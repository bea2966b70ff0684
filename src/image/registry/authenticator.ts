/** Answers a registry's 401: Basic, or a Bearer token from its token server (distribution-spec, "Token Authentication"). */
import { readAll } from "./body.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { basicAuthorization, type Credentials } from "./credentials.ts";
import { RegistryError } from "./errors.ts";
import { parseRetryAfter } from "./retry.ts";
import { answerChunks, type Transport } from "./transport.ts";

const MAX_TOKEN_BYTES = 1024 * 1024;
/** The life of a token that does not say, and the shortest that a server may give. */
const DEFAULT_TOKEN_SECONDS = 60;
/** Renewed this much earlier, so that it does not end on its way. */
const EXPIRY_MARGIN_MS = 5_000;
/** What may stand in a header as a token (RFC 6750 §2.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** For whom to ask, and with what. */
export interface AuthenticatorOptions {
  /** base URL of the registry */
  registry: URL;
  /** undefined: for the registry itself, where a token needs no scope */
  repository?: string;
  credentials?: Credentials;
  transport: Transport;
  stallMs: number;
}

/** One for each registry and repository of a pull; requests share its token. */
export class Authenticator {
  #authorization?: string;
  #expiresAt = Infinity;
  #renewal?: Promise<boolean>;

  constructor(private readonly options: AuthenticatorOptions) {}

  /** For the Authorization header; undefined: not asked for yet, or over. */
  get authorization(): string | undefined {
    return Date.now() < this.#expiresAt ? this.#authorization : undefined;
  }

  /**
   * After a 401. Several requests may come at once: one asks, all get the token.
   * @param sent the Authorization that was refused
   * @returns whether to send again
   */
  async answer(header: string | null, options: { sent?: string; signal?: AbortSignal }): Promise<boolean> {
    if (this.authorization !== undefined && this.authorization !== options.sent) return true;
    this.#renewal ??= this.#renew(parseChallenges(header ?? ""), options).finally(() =>
      this.#renewal = undefined
    );
    return await this.#renewal;
  }

  async #renew(
    challenges: Challenge[],
    { sent, signal }: { sent?: string; signal?: AbortSignal },
  ): Promise<boolean> {
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer) {
      const token = await this.#requestToken(bearer.parameters, signal);
      this.#authorization = `Bearer ${token.text}`;
      this.#expiresAt = Date.now() + token.seconds * 1000 - EXPIRY_MARGIN_MS;
      return true;
    }
    const { credentials } = this.options;
    if (!credentials || !challenges.some(({ scheme }) => scheme === "basic")) return false;
    this.#authorization = basicAuthorization(credentials);
    return this.#authorization !== sent;
  }

  async #requestToken(
    { realm, service, scope }: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<{ text: string; seconds: number }> {
    const { registry, repository, credentials, transport, stallMs } = this.options;
    const action = `get a token for ${repository ? `'${repository}'` : "a login"} from ${registry.host}`;
    const url = tokenServer(realm, registry, action);
    const query = new URLSearchParams(service === undefined ? {} : { service });
    const wanted = scope || (repository && `repository:${repository}:pull`);
    if (wanted) query.set("scope", wanted);
    const common = { action, stallMs, signal };
    const answer = credentials?.identityToken
      ? await transport.send(url, {
        ...common,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `${query}&${new URLSearchParams({
          grant_type: "refresh_token",
          client_id: "budgie",
          refresh_token: credentials.identityToken,
        })}`,
      })
      : await transport.send(withQuery(url, query), {
        ...common,
        headers: credentials ? { authorization: basicAuthorization(credentials) } : {},
      });
    const body = await readAll(answerChunks(answer, common), MAX_TOKEN_BYTES);
    if (!answer.response.ok) throw tokenRefused(action, answer.response, credentials !== undefined);
    return parseToken(body, action);
  }
}

function tokenServer(realm: string | undefined, registry: URL, action: string): URL {
  const url = URL.parse(realm ?? "");
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new RegistryError(action, "it does not say where its token server is");
  }
  if (url.protocol === "http:" && registry.protocol === "https:") {
    throw new RegistryError(action, `its token server '${url.host}' has no TLS, and would see the password`);
  }
  return url;
}

function withQuery(url: URL, query: URLSearchParams): URL {
  const full = new URL(url);
  for (const [name, value] of query) full.searchParams.set(name, value);
  return full;
}

function tokenRefused(action: string, response: Response, hadCredentials: boolean): RegistryError {
  const { status } = response;
  if (status === 401 || status === 403) {
    const reason = hadCredentials
      ? "it refuses the user name and password"
      : "it wants a login, or there is no such image";
    return new RegistryError(action, `${reason} (${status})`, { status, hint: LOGIN_HINT });
  }
  return new RegistryError(action, `its token server answers ${status}`, {
    status,
    retryable: status === 429 || status >= 500,
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after")),
  });
}

/** Registries answer alike to a missing login and to a name that does not exist. */
export const LOGIN_HINT = "Check the names; for what is private, log in with 'budgie login'";

function parseToken(
  body: Uint8Array<ArrayBuffer> | undefined,
  action: string,
): { text: string; seconds: number } {
  try {
    const { token, access_token, expires_in } = JSON.parse(new TextDecoder().decode(body!));
    const text = token || access_token;
    if (typeof text !== "string" || !TOKEN.test(text)) throw new TypeError("not a token");
    const seconds = typeof expires_in === "number" ? expires_in : DEFAULT_TOKEN_SECONDS;
    return { text, seconds: Math.max(seconds, DEFAULT_TOKEN_SECONDS) };
  } catch {
    // No cause: what came may hold part of a token.
    throw new RegistryError(action, "its token server gave no token that can be used");
  }
}
