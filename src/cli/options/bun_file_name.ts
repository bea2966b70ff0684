/** Whether the first word of `run` names a description or an image. */

/**
 * Ends in `.bun`, and has a slash or is a file here: an image of that name can still be had by its whole
 * name, `docker.io/library/web.bun`.
 */
export function isBunFile(word: string): boolean {
  if (!word.endsWith(".bun")) return false;
  if (/^(\.{0,2}\/|~)/.test(word)) return true;
  try {
    return Deno.statSync(word).isFile;
  } catch {
    return false;
  }
}
