/** Whether a word names descriptions, or an image or a container. */
import { isFolder } from "../../bunfile/folder.ts";

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

/**
 * A .bun file, or what can only be the path of a folder of them: no image or container is named like that.
 * A folder that is near has to be written `./shop` or `shop/`.
 */
export function isBunWord(word: string): boolean {
  return isBunFile(word) || /^(\.{0,2}|~)\/|\/$|^\.\.?$/.test(word);
}

/** Of the words after the first one, which may be a command's (`/bin/sh`, `./run.sh`): a file or folder of ours. */
export function isFurtherBunWord(word: string): boolean {
  return isBunFile(word) || (isBunWord(word) && isFolder(word));
}
