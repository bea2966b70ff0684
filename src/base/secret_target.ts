/** Where a container finds a secret. */
import { normalisePath } from "./plain_path.ts";

export const SECRETS_DIRECTORY = "/run/secrets";

/**
 * The name of a file in SECRETS_DIRECTORY, also when it was written as a whole path, or an absolute path elsewhere;
 * undefined for what is neither.
 */
export function parseSecretTarget(text: string): string | undefined {
  if (text.includes("\0")) return undefined;
  if (!text.startsWith("/")) return isFileName(text) ? text : undefined;
  const path = normalisePath(text);
  if (path === "/" || path === SECRETS_DIRECTORY) return undefined;
  if (!path.startsWith(`${SECRETS_DIRECTORY}/`)) return path;
  const name = path.slice(SECRETS_DIRECTORY.length + 1);
  return isFileName(name) ? name : undefined;
}

/** NAME_MAX is in bytes (limits.h). */
function isFileName(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !text.includes("/") &&
    new TextEncoder().encode(text).length <= 255;
}
