/** Whether the first word of `run` names a description or an image. */

/**
 * Ends in `.bun`, and is no image: `team/web.bun` may be one, and is a file only where there is such a file.
 * The image that docker would mean by `web.bun` can be had by its whole name, `docker.io/library/web.bun`.
 */
export function isBunFile(word: string): boolean {
  if (!word.endsWith(".bun")) return false;
  if (/^[^/]*$|^(\.{0,2}|~)\//.test(word)) return true;
  try {
    return Deno.statSync(word).isFile;
  } catch {
    return false;
  }
}
