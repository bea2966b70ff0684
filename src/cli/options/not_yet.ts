/** Flags of docker's that are known and not built yet: hidden from the help, refused by name when used. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotSupportedError } from "../../base/errors.ts";

/**
 * Makes `command` refuse each of `flags`, written as for commander: `-p, --publish <ports>`.
 * @param words of the command line, where known: a long list costs time, and few flags are ever typed
 */
export function refuseFlags(command: Command, flags: readonly string[], words?: readonly string[]): void {
  for (const spelling of flags) {
    if (words && !mayBeAmong(words, spelling)) continue;
    const option = new Option(spelling).hideHelp();
    command.addOption(option);
    command.on(`option:${option.name()}`, () => {
      throw new NotSupportedError(option.long ?? spelling);
    });
  }
}

// `--publish`, `--publish=80`, `-p`, `-itp80`. A word too many does no harm: the option is hidden.
function mayBeAmong(words: readonly string[], spelling: string): boolean {
  const [, letter, long] = /^(?:-(.), )?(--[^ ]+)/.exec(spelling)!;
  return words.some((word) =>
    word.startsWith(long) || (letter !== undefined && /^-[^-]/.test(word) && word.includes(letter))
  );
}
