/** How registries are reached: what the user's environment says, and what docker's files on this host say. */
import { UsageError } from "../../base/errors.ts";
import { parseMirrorUrl } from "../../base/mirror_url.ts";
import { splitList } from "../../base/split_list.ts";

/** The same for all registries, except where a field says otherwise. */
export interface RegistrySettings {
  /** hosts (host or host:port) that may be spoken to without TLS; loopback addresses may always */
  insecure: string[];
  /** by registry ("docker.io"): base URLs that are asked first, in this order */
  mirrors: Record<string, string[]>;
  /** PEM file with authorities to trust besides the system's */
  caFile?: string;
  /** layers fetched at the same time */
  parallelDownloads: number;
  /** files with logins, in docker's format; the first is the one that `login` changes. Each may be missing */
  loginFiles: string[];
  /** `<host[:port]>/*.crt` below it are authorities to trust for that host */
  certificatesDirectory: string;
}

interface Environment {
  get(name: string): string | undefined;
}

const DEFAULT_PARALLEL_DOWNLOADS = 3;

/**
 * The settings in BUDGIE_REGISTRIES_INSECURE (`host,host:port`), BUDGIE_REGISTRIES_MIRRORS
 * (`docker.io=https://one,https://two;ghcr.io=https://three`), BUDGIE_REGISTRIES_CA_FILE,
 * BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS, and the files with logins of this user.
 * @throws UsageError naming the variable
 */
export function registrySettings(env: Environment = Deno.env): RegistrySettings {
  return {
    insecure: splitList(env.get("BUDGIE_REGISTRIES_INSECURE"), ","),
    mirrors: parseMirrors(env.get("BUDGIE_REGISTRIES_MIRRORS")),
    caFile: env.get("BUDGIE_REGISTRIES_CA_FILE") || undefined,
    parallelDownloads: parseParallel(env.get("BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS")),
    loginFiles: loginFiles(env),
    certificatesDirectory: "/etc/docker/certs.d",
  };
}

/**
 * budgie's own file or the one in REGISTRY_AUTH_FILE, then podman's (containers-auth.json(5)), then docker's.
 */
function loginFiles(env: Environment): string[] {
  const home = env.get("HOME") || "/root";
  const configuration = env.get("XDG_CONFIG_HOME") || `${home}/.config`;
  const runtime = env.get("XDG_RUNTIME_DIR");
  return [
    env.get("REGISTRY_AUTH_FILE") || `${configuration}/budgie/auth.json`,
    ...(runtime ? [`${runtime}/containers/auth.json`] : []),
    `${configuration}/containers/auth.json`,
    `${env.get("DOCKER_CONFIG") || `${home}/.docker`}/config.json`,
  ];
}

function parseMirrors(text: string | undefined): Record<string, string[]> {
  const mirrors: Record<string, string[]> = {};
  for (const entry of splitList(text, ";")) {
    const [registry, urls = ""] = entry.split(/=(.*)/s);
    for (const url of splitList(urls, ",")) (mirrors[registry.trim()] ??= []).push(checkMirror(url));
    if (!mirrors[registry.trim()]) throw mirrorError();
  }
  return mirrors;
}

function checkMirror(text: string): string {
  const url = parseMirrorUrl(text);
  if (url === undefined) throw mirrorError();
  return url;
}

// What was given is not repeated: a URL with a password in it is one of the mistakes.
function mirrorError(): UsageError {
  return new UsageError("Cannot use BUDGIE_REGISTRIES_MIRRORS: an entry is not REGISTRY=URL", {
    hint: "Write docker.io=https://mirror.example.com, without a user name; separate entries with ';'",
  });
}

function parseParallel(text: string | undefined): number {
  const count = Number(text || DEFAULT_PARALLEL_DOWNLOADS);
  if (Number.isInteger(count) && count >= 1 && count <= 16) return count;
  throw new UsageError(
    `Cannot use BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS='${text}': not a number from 1 to 16`,
  );
}
