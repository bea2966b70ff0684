/** The command line of a container, as typed after its name or image. */

/** `exec web -- ls` means `ls`: one `--` right after the name only ends our flags. */
export function withoutDashes(words: string[]): string[] {
  return words[0] === "--" ? words.slice(1) : words;
}
