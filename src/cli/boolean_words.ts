/** `--rm=true`, `--tty=false`: docker's long way to say that a flag is on or off. */
import type { Option } from "@commander-js/extra-typings";

const TRUE = ["true", "1", "t"];
const FALSE = ["false", "0", "f"];

/**
 * The words with `--flag=true` as `--flag`, and `--flag=false` left away, or as `--no-flag` where there is such a
 * flag, for flags that take no value.
 * Everything from the first operand on is left alone where it belongs to another command line.
 * @param options.stopAtOperand as commander's passThroughOptions
 */
export function plainBooleans(
  words: readonly string[],
  known: readonly Option[],
  options: { stopAtOperand: boolean },
): string[] {
  const plain: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === "--" || (options.stopAtOperand && !word.startsWith("-"))) {
      return [...plain, ...words.slice(index)];
    }
    const [flag, value] = /^(--?[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];
    const option = findOption(known, flag);
    const isBoolean = option !== undefined && !option.required && !option.optional;
    const truth = value === undefined || !isBoolean ? undefined : parseBoolean(value);
    if (truth !== undefined) {
      const opposite = option?.long?.replace(/^--/, "--no-") ?? "";
      if (truth) plain.push(flag);
      else if (findOption(known, opposite)) plain.push(opposite); // it is on unless switched off
      continue;
    }
    plain.push(word);
    // The next word is this flag's value, whatever it looks like.
    if (value === undefined && takesNextWord(word, known)) plain.push(...words.slice(++index, index + 1));
  }
  return plain;
}

/** `true`, `1`, `t` or the opposite, in any case; undefined for any other word. */
export function parseBoolean(text: string): boolean | undefined {
  if (TRUE.includes(text.toLowerCase())) return true;
  return FALSE.includes(text.toLowerCase()) ? false : undefined;
}

/** `-e X`, `--env X`, and `-ite X`: the last letter of a group may take a value, if no earlier one took the rest. */
export function takesNextWord(word: string, known: readonly Option[]): boolean {
  if (word.startsWith("--") || word.length <= 2) return findOption(known, word)?.required === true;
  const letters = [...word.slice(1)];
  const first = letters.findIndex((letter) => findOption(known, `-${letter}`)?.required);
  return word.startsWith("-") && first === letters.length - 1;
}

/** The option of a flag, short or long. */
export function findOption(known: readonly Option[], flag: string): Option | undefined {
  return known.find(({ short, long }) => flag === short || flag === long);
}
