/** What the program knows of a command before its definition is loaded. */
import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "./context.ts";

/**
 * Adds arguments, flags, examples and the action to a command that has its name already.
 * @param words what stands after the command's name
 */
export type Define = (command: Command, context: CliContext, words: readonly string[]) => void;

/** One command, or a group of them. */
export interface CommandEntry {
  name: string;
  aliases?: string[];
  summary: string;
  /** heading in the help; below `Commands:` where there is none */
  group?: string;
  /** the definition; of a group, what it does without a verb, or undefined for its help */
  load?: () => Promise<Define>;
  /** of a group */
  commands?: CommandEntry[];
  /** a line to copy, of a group without a definition */
  example?: string;
}

/** The entry with this name or alias. */
export function findEntry(entries: CommandEntry[], name: string | undefined): CommandEntry | undefined {
  if (name === undefined) return undefined;
  return entries.find((entry) => entry.name === name || entry.aliases?.includes(name));
}
