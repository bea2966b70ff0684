/** Who we are to a registry: docker's config.json, where `docker login` leaves it. */
import { BudgieError } from "../../base/errors.ts";

/** Secrets: never to be printed. */
export interface Credentials {
  username: string;
  password: string;
  /** an OAuth2 refresh token, used in place of the password */
  identityToken?: string;
}

/** docker's file names Docker Hub by an address of its first version. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";
const DOCKER_HUB_HOSTS = ["docker.io", "registry-1.docker.io", "index.docker.io"];

/**
 * The credentials for a registry (host or host:port), if the file has any.
 * @throws BudgieError when the file cannot be understood; a missing file is no credentials
 */
export function readCredentials(file: string, registry: string): Credentials | undefined {
  const auths = readAuths(file);
  const names = DOCKER_HUB_HOSTS.includes(registry) ? [DOCKER_HUB_KEY, ...DOCKER_HUB_HOSTS] : [registry];
  for (const [key, entry] of Object.entries(auths)) {
    if (!names.includes(key) && !names.includes(hostOfKey(key))) continue;
    const credentials = parseEntry(entry);
    if (credentials) return credentials;
  }
  return undefined;
}

function readAuths(file: string): Record<string, unknown> {
  try {
    const { auths } = JSON.parse(Deno.readTextFileSync(file)) ?? {};
    return typeof auths === "object" && auths !== null ? auths : {};
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return {};
    // No cause: a JSON error may quote the line, and with it a password.
    throw new BudgieError(`Cannot read the credentials in '${file}': it is not readable JSON`, {
      hint: "Mend or remove the file, or choose another folder with DOCKER_CONFIG",
    });
  }
}

/** Keys may be URLs: `https://registry.example.com/v2/`. */
function hostOfKey(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
}

function parseEntry(entry: unknown): Credentials | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { auth, username, password, identitytoken } = entry as Record<string, unknown>;
  const identityToken = typeof identitytoken === "string" && identitytoken ? identitytoken : undefined;
  const [user, pass] = typeof auth === "string" && auth ? decodeBasic(auth) : [username, password];
  if (typeof user === "string" && typeof pass === "string" && (user || pass || identityToken)) {
    return { username: user, password: pass, identityToken };
  }
  return identityToken ? { username: "", password: "", identityToken } : undefined;
}

function decodeBasic(text: string): [string?, string?] {
  try {
    const decoded = new TextDecoder().decode(Uint8Array.fromBase64(text));
    const colon = decoded.indexOf(":");
    return colon < 0 ? [] : [decoded.slice(0, colon), decoded.slice(colon + 1).replace(/\0+$/, "")];
  } catch {
    return [];
  }
}

/** The value of an Authorization header (RFC 7617). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
}
