/** Flags that go before the command and hold for all of them. */
import { UsageError } from "../base/errors.ts";
import type { ConfigFlags } from "../config/effective.ts";

/** Taken from the front of a command line; the rest is the command's. @throws UsageError */
export function takeGlobalFlags(args: readonly string[]): { flags: ConfigFlags; words: string[] } {
  let file: string | undefined;
  const set = new Map<string, string>();
  const words = [...args];
  for (;;) {
    const [, flag, joined] = /^(--config|--set)(?:=(.*))?$/s.exec(words[0] ?? "") ?? [];
    if (flag === undefined) return { flags: { file, set }, words };
    words.shift();
    const value = joined ?? words.shift();
    if (!value) throw new UsageError(`Cannot use ${flag}: it needs a value`, { hint: "See 'budgie --help'" });
    if (flag === "--config") file = value;
    else set.set(...nameAndText(value));
  }
}

function nameAndText(word: string): [string, string] {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (name !== undefined) return [name, text];
  throw new UsageError(`Cannot use --set '${word}': it is KEY=VALUE`, {
    hint: "Write --set log.max_size=1m",
  });
}
