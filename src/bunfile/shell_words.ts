/** A command line written as one text. */

/**
 * Words as a POSIX shell separates them: by blanks, with '…', "…" and backslash, and nothing else. No shell
 * runs, so that `$`, `*`, `|` and `>` stand for themselves, as in docker compose.
 *
 * @returns undefined if a quote is left open, or a backslash is last
 * Source: POSIX.1-2017, Shell Command Language, 2.2 "Quoting".
 */
export function splitShellWords(text: string): string[] | undefined {
  const words: string[] = [];
  const part = /\s+|'([^']*)'|"([^"\\]*(?:\\[^][^"\\]*)*)"|\\([^])|([^\s'"\\]+)/y;
  let word: string | undefined;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) return undefined;
    if (match[0] === "\\\n") continue; // a line goes on: neither a word nor a blank
    const [, single, double, escaped, plain] = match;
    // In double quotes a backslash is special before these only, and takes away a line end.
    const content = single ?? double?.replace(/\\([$`"\\])|\\\n/g, "$1") ?? escaped?.replace("\n", "") ??
      plain;
    if (content !== undefined) word = (word ?? "") + content;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
