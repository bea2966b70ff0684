/** Names of images, read as docker reads them (distribution's reference grammar, and docker's short forms). */
import { UsageError } from "../src/base/errors.ts";
import { type Digest, isDigest } from "./digest.ts";

/** `docker.io`, `library/nginx`, and a tag or a digest or both; with both, the digest decides. */
export interface Reference {
  /** host, or host:port; docker's own is always "docker.io" */
  registry: string;
  repository: string;
  tag?: string;
  digest?: Digest;
}

/** What was given cannot name an image. */
export class InvalidReferenceError extends UsageError {
  override name = "InvalidReferenceError";

  constructor(readonly reference: string, reason: string) {
    super(`Cannot read '${shorten(reference)}' as an image reference: ${reason}`, {
      hint: "Write name, name:tag, name@sha256:…, or host:port/name:tag",
    });
  }
}

const DOCKER_HUB = "docker.io";
const HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const REGISTRY = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::([0-9]{1,5}))?$`);
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** The longest name that registries keep, registry and repository together. */
const MAX_NAME_LENGTH = 255;

/**
 * `nginx` is docker.io/library/nginx:latest; the part before the first slash is a registry when it holds a
 * dot or a colon or an upper-case letter, or is `localhost`. A missing tag is `latest`, unless there is a digest.
 * @throws InvalidReferenceError
 */
export function parseReference(text: string): Reference {
  if (text === "") throw new InvalidReferenceError(text, "it is empty");
  const { name, tag, digest } = splitName(text);
  const { registry, repository } = splitRegistry(name);
  checkName(text, registry, repository);
  if (tag !== undefined && !TAG.test(tag)) {
    throw new InvalidReferenceError(
      text,
      "a tag has up to 128 letters, digits, '_', '.' and '-', and starts with none of the last two",
    );
  }
  if (digest === undefined) return { registry, repository, tag: tag ?? "latest" };
  if (!isDigest(digest)) {
    throw new InvalidReferenceError(text, "a digest is sha256: and 64 lower-case hex digits");
  }
  return { registry, repository, ...(tag === undefined ? {} : { tag }), digest };
}

/** The whole name: `docker.io/library/nginx:latest`. */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** The name as docker shows it, without what is implied for Docker Hub: `nginx:latest`. */
export function familiarReference(reference: Reference): string {
  return familiarName(reference) + suffix(reference);
}

/** The name without tag and digest, as docker shows it: `nginx`, `localhost:5000/web`. */
export function familiarName({ registry, repository }: Reference): string {
  if (registry !== DOCKER_HUB) return `${registry}/${repository}`;
  return /^library\/[^/]+$/.test(repository) ? repository.slice("library/".length) : repository;
}

function suffix({ tag, digest }: Reference): string {
  return (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}

function splitName(text: string): { name: string; tag?: string; digest?: string } {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(":");
  // A colon before the last slash belongs to the port of the registry.
  if (colon < 0 || colon < rest.lastIndexOf("/")) return { name: rest, digest };
  return { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:[]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = !isRegistry || first === "index.docker.io" ? DOCKER_HUB : first;
  const repository = isRegistry ? name.slice(slash + 1) : name;
  const official = registry === DOCKER_HUB && !repository.includes("/");
  return { registry, repository: official ? `library/${repository}` : repository };
}

function checkName(text: string, registry: string, repository: string): void {
  const host = REGISTRY.exec(registry);
  if (!host || Number(host[1] ?? 1) > 65535 || host[1] === "0") {
    throw new InvalidReferenceError(text, `'${shorten(registry)}' is not a host or host:port`);
  }
  if (repository !== repository.toLowerCase()) {
    throw new InvalidReferenceError(text, "the name of a repository is lower case");
  }
  if (!REPOSITORY.test(repository)) {
    throw new InvalidReferenceError(
      text,
      "a name is made of a-z and 0-9, with single '.', '_', '__' or '-' between them, and '/'",
    );
  }
  if (/^library\/[0-9a-f]{64}$/.test(repository)) {
    throw new InvalidReferenceError(text, "64 hex digits are an image ID, not a name");
  }
  if (registry.length + 1 + repository.length > MAX_NAME_LENGTH) {
    throw new InvalidReferenceError(text, `the name is longer than ${MAX_NAME_LENGTH} characters`);
  }
}

// What was typed goes into messages, but a slip of the clipboard must not fill the screen.
function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
