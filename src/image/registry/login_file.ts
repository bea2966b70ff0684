/** Files with logins, in the format that docker and podman share (containers-auth.json(5)). */
import { BudgieError } from "../../base/errors.ts";
import { readTextIfThere } from "../../base/optional_file.ts";
import { getFromHelper } from "./credential_helper.ts";
import type { Credentials } from "./credentials.ts";

/** A file with logins, as far as budgie reads it; whatever else is in it belongs to others. */
export interface LoginFile {
  auths?: Record<string, unknown>;
  /** programs that keep passwords, by registry */
  credHelpers?: Record<string, unknown>;
  /** the program for all other registries */
  credsStore?: unknown;
}

/** docker's file names Docker Hub by an address of its first version. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";
const DOCKER_HUB_HOSTS = ["docker.io", "registry-1.docker.io", "index.docker.io"];

/**
 * The credentials for a registry (host or host:port): the first file that knows it wins, and in a file its helper.
 * @param options.repository for podman's entries that are for a part of a registry: `quay.io/team`
 * @throws BudgieError when a file cannot be understood or a helper fails; a missing file is no credentials
 */
export async function findCredentials(
  files: readonly string[],
  registry: string,
  options: { repository?: string; signal?: AbortSignal } = {},
): Promise<Credentials | undefined> {
  for (const path of files) {
    const file = readLoginFile(path);
    const helper = helperFor(file, registry);
    const kept = helper && await getFromHelper(helper, loginKey(registry), options.signal);
    const credentials = kept ?? credentialsIn(file, registry, options.repository);
    if (credentials) return credentials;
  }
  return undefined;
}

/** @throws BudgieError when it is no JSON; a missing file is an empty one */
export function readLoginFile(path: string): LoginFile {
  try {
    const text = readTextIfThere(path)?.trim();
    const content = text ? JSON.parse(text) : {};
    if (isRecord(content)) return content;
    throw new TypeError("not an object");
  } catch {
    // No cause: a JSON error may quote the line, and with it a password.
    throw new BudgieError(`Cannot read the credentials in '${path}': it is not readable JSON`, {
      hint: "Mend or remove the file",
    });
  }
}

/** What the entries of a file say, without asking a helper. */
export function credentialsIn(
  file: LoginFile,
  registry: string,
  repository?: string,
): Credentials | undefined {
  const auths = isRecord(file.auths) ? file.auths : {};
  for (const name of namesOf(registry, repository)) {
    for (const [key, entry] of Object.entries(auths)) {
      const credentials = keyMeans(key, name) && parseEntry(entry);
      if (credentials) return credentials;
    }
  }
  return undefined;
}

/** The keys of a file's entries that are for this registry as a whole. */
export function keysFor({ auths }: LoginFile, registry: string): string[] {
  const names = namesOf(registry);
  return Object.keys(isRecord(auths) ? auths : {}).filter((key) => names.some((name) => keyMeans(key, name)));
}

/** The name of the helper that keeps this registry's password: `pass` for `docker-credential-pass`. */
export function helperFor({ credHelpers, credsStore }: LoginFile, registry: string): string | undefined {
  const own = Object.entries(isRecord(credHelpers) ? credHelpers : {});
  const names = namesOf(registry);
  const found = own.find(([key]) => names.some((name) => keyMeans(key, name)))?.[1] ?? credsStore;
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** By which docker's file and the helpers know a registry. */
export function loginKey(registry: string): string {
  return isDockerHub(registry) ? DOCKER_HUB_KEY : registry;
}

/** Whether a host is one of Docker Hub's. */
export function isDockerHub(registry: string): boolean {
  return DOCKER_HUB_HOSTS.includes(registry);
}

/** The longest first: `quay.io/team/web`, `quay.io/team`, `quay.io`. */
function namesOf(registry: string, repository?: string): string[] {
  const hosts = isDockerHub(registry) ? DOCKER_HUB_HOSTS : [registry];
  const parts = repository?.split("/") ?? [];
  const paths = parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`);
  return [...paths, ""].flatMap((path) => hosts.map((host) => `${host}${path}`));
}

/** Keys may be URLs, whose path is that of the API and no repository: `https://registry.example.com/v2/`. */
function keyMeans(key: string, name: string): boolean {
  const [, scheme, host, path] = /^(https?:\/\/)?([^/]*)(.*)$/s.exec(key)!;
  return (scheme || /^\/(v[12]\/?)?$/.test(path) ? host : key) === name;
}

function parseEntry(entry: unknown): Credentials | undefined {
  if (!isRecord(entry)) return undefined;
  const { auth, username, password, identitytoken } = entry;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
