/** What goes wrong between here and a registry, said in one sentence each. */
import { BudgieError } from "../../base/errors.ts";

/** One request failed. `retryable`: the same request may succeed a moment later. */
export class RegistryError extends BudgieError {
  override name = "RegistryError";
  readonly retryable: boolean;
  /** HTTP status, when there was an answer */
  readonly status?: number;
  /** how long the registry asked to be left alone */
  readonly retryAfterMs?: number;
  /** the part of the message after the colon */
  readonly reason: string;

  constructor(
    action: string,
    reason: string,
    options: { hint?: string; retryable?: boolean; status?: number; retryAfterMs?: number; cause?: unknown } =
      {},
  ) {
    super(`Cannot ${action}: ${reason}`, options);
    this.reason = reason;
    this.retryable = options.retryable ?? false;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Nothing moved for too long. */
export class StalledError extends Error {
  override name = "StalledError";

  constructor(readonly timeoutMs: number) {
    super(`nothing came for ${timeoutMs / 1000} seconds`);
  }
}

/**
 * What `fetch` threw, as a RegistryError. Deno tells the cause only in words; they are stripped of the URL,
 * which may carry a signature that gives access.
 *
 * @param action what was being done, after "Cannot": `fetch layer sha256:… from registry.example.com`
 */
export function connectionError(action: string, peer: Peer, cause: unknown): RegistryError {
  if (cause instanceof RegistryError) return cause;
  if (cause instanceof StalledError) {
    return new RegistryError(action, cause.message, { retryable: true, hint: networkHint(peer), cause });
  }
  const words = (cause as Error).message.replace(/^.*for url \(.*?\): /s, "").replace(
    /^client error \(\w+\): /,
    "",
  );
  const known = KNOWN_CAUSES.find(({ pattern }) => pattern.test(words));
  if (!known) {
    return new RegistryError(action, printable(words), { retryable: true, hint: networkHint(peer) });
  }
  return new RegistryError(action, known.reason(peer.host, words), { hint: known.hint(peer) });
}

/** The other end of a connection. */
export interface Peer {
  /** host or host:port */
  host: string;
  /** the variable that may have put a proxy in between: Deno's words do not tell which of the two failed */
  proxyVariable?: string;
}

interface KnownCause {
  pattern: RegExp;
  reason(host: string, words: string): string;
  hint(peer: Peer): string;
}

const certificateHint = ({ host }: Peer) =>
  `Put the registry's CA into /etc/docker/certs.d/${host}/ca.crt, or name it with BUDGIE_REGISTRIES_CA_FILE`;

const networkHint = ({ host }: Peer) => `Check the network between here and ${host}, or try again later`;

const proxyHint = ({ host, proxyVariable }: Peer) =>
  proxyVariable && `Check the proxy in ${proxyVariable}, or put ${host} into NO_PROXY`;

const KNOWN_CAUSES: KnownCause[] = [
  {
    pattern: /dns error|failed to lookup address/,
    reason: (host) => `the host '${host}' is not known`,
    hint: (peer) => proxyHint(peer) ?? "Check the registry's name, and this machine's DNS and network",
  },
  {
    pattern: /Connection refused/,
    reason: (host) => `'${host}' refused the connection`,
    hint: (peer) => proxyHint(peer) ?? "Check that the registry is running, and its port",
  },
  {
    pattern: /UnknownIssuer|self.signed|CaUsedAsEndEntity/i,
    reason: () => "TLS: its certificate is from an authority that is not trusted here",
    hint: certificateHint,
  },
  {
    pattern: /NotValidForName|not valid for name/,
    reason: (host) => `TLS: its certificate is not for '${host}'`,
    hint: () => "Use the name that the certificate was made for",
  },
  {
    pattern: /Expired|NotValidYet|certificate expired|not valid yet/,
    reason: () => "TLS: its certificate is not valid at this time",
    hint: () => "Check this machine's clock, or renew the certificate",
  },
  {
    pattern: /InvalidContentType/,
    reason: () => "TLS: the answer is not TLS",
    hint: ({ host }) => `If it speaks plain HTTP, allow it with BUDGIE_REGISTRIES_INSECURE=${host}`,
  },
  {
    pattern: /certificate|tls|handshake|AlertReceived|PeerIncompatible/i,
    reason: (_host, words) => `TLS: ${printable(words)}`,
    hint: certificateHint,
  },
  {
    pattern: /proxy|tunnel/i,
    reason: (_host, words) => `the proxy: ${printable(words)}`,
    hint: () => "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
  },
];

/** Words of a stranger's on one line of a terminal: no control characters, and not many. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x20\x7f-\x9f]+/g, " ").trim().slice(0, 200);
}
