/** The many ways to ask for help, as the one that the program knows: `budgie network create --help`. */
import { BudgieError } from "../base/errors.ts";
import { type CommandEntry, findEntry } from "./command_entry.ts";

/**
 * `budgie`, `budgie help`, `budgie help run` and `budgie network` with `--help` at the end; all other lines as they are.
 * A word that is no command is cut off from what follows: it is an error, also with --help after it.
 * @throws BudgieError when help is asked for more than a command
 */
export function helpWords(args: readonly string[], commands: CommandEntry[]): string[] {
  if (args.length === 0) return ["--help"];
  if (args[0] === "help") {
    return topicWords(args.slice(1).filter((word) => !/^(help|-h|--help)$/.test(word)), commands);
  }
  const entry = findEntry(commands, args[0]);
  if (!entry) return args[0].startsWith("-") ? [...args] : [args[0]];
  if (!entry.commands) return [...args];
  if (args.length === 1) return entry.load ? [...args] : [...args, "--help"];
  const isVerb = !args[1].startsWith("-");
  return isVerb && !findEntry(entry.commands, args[1]) ? args.slice(0, 2) : [...args];
}

function topicWords(topic: string[], commands: CommandEntry[]): string[] {
  let below: CommandEntry[] | undefined = commands;
  for (const [index, word] of topic.entries()) {
    if (!below) {
      const command = topic.slice(0, index).join(" ");
      throw new BudgieError(`Cannot show help for '${topic.join(" ")}': there is no such command`, {
        hint: `See 'budgie ${command} --help'`,
      });
    }
    const entry = findEntry(below, word);
    if (!entry) return topic.slice(0, index + 1);
    below = entry.commands;
  }
  return [...topic, "--help"];
}
