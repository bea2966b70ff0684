/** What there is to say about each command: what its help says, and its chapter of the manual. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandEntry } from "../command_entry.ts";
import { COMMANDS } from "../commands.ts";

/** A term, and what it means in a few words. */
export interface Line {
  term: string;
  about: string;
}

/** One command, as a reference shows it. Texts are plain, as in the help, unless something else is said. */
export interface CommandPage {
  /** `budgie network create` */
  name: string;
  /** Other words that do the same: `budgie network list`, `budgie container ls` */
  synonyms: string[];
  summary: string;
  /** the whole line: `budgie network create [OPTIONS] NETWORK` */
  usage: string;
  args: Line[];
  options: Line[];
  /** of a group; what has a page is named by that: `budgie run` */
  commands: Line[];
  examples: string[];
  /** Markdown: what a line of help is too short for; sections begin with `##` */
  manual: string;
}

/** Every command once, `budgie` itself first. @param program with all definitions loaded */
export function commandPages(program: CommandUnknownOpts): CommandPage[] {
  const own = pageOf(program, ["budgie"], COMMANDS);
  const pages = COMMANDS.flatMap((entry) => {
    const command = childOf(program, entry);
    const children = entry.commands ?? [];
    return [
      pageOf(command, ["budgie", entry.name], children),
      ...children.filter((child) => !shortForm(child))
        .map((child) => pageOf(childOf(command, child), ["budgie", entry.name, child.name], [])),
    ];
  });
  return [own, ...pages];
}

function pageOf(command: CommandUnknownOpts, words: string[], children: CommandEntry[]): CommandPage {
  const help = command.createHelp();
  const name = words.join(" ");
  return {
    name,
    synonyms: synonymsOf(name),
    summary: command.description(),
    usage: `${name} ${command.usage()}`,
    args: command.registeredArguments.map((argument) => ({
      term: help.argumentTerm(argument),
      about: help.argumentDescription(argument),
    })),
    options: command.options.filter(({ hidden }) => !hidden).map((option) => ({
      term: help.optionTerm(option),
      about: help.optionDescription(option),
    })),
    commands: children.map((child) => ({
      term: shortForm(child) && words.length > 1 ? shortForm(child)! : `${name} ${child.name}`,
      about: child.summary,
    })),
    examples: examplesOf(command),
    manual: manualOf(words),
  };
}

function childOf(parent: CommandUnknownOpts, { name }: CommandEntry): CommandUnknownOpts {
  return parent.commands.find((command) => command.name() === name)!;
}

/** `budgie rm` for the `rm` of `budgie container`; undefined for what exists in its group only. */
function shortForm(child: CommandEntry): string | undefined {
  const short = COMMANDS.find(({ load }) => load !== undefined && load === child.load);
  return short && `budgie ${short.name}`;
}

function synonymsOf(name: string): string[] {
  const all = COMMANDS.flatMap((entry) => [
    ...(`budgie ${entry.name}` === name ? namesOf(entry, "budgie") : []),
    ...(entry.commands ?? []).flatMap((child) => {
      const group = `budgie ${entry.name}`;
      return [shortForm(child), `${group} ${child.name}`].includes(name) ? namesOf(child, group) : [];
    }),
  ]);
  const length = (words: string) => words.split(" ").length;
  return all.filter((synonym) => synonym !== name).toSorted((one, other) => length(one) - length(other));
}

function namesOf({ name, aliases = [] }: CommandEntry, above: string): string[] {
  return [name, ...aliases].map((word) => `${above} ${word}`);
}

/** The lines below `Example:` in the help. */
function examplesOf(command: CommandUnknownOpts): string[] {
  let text = "";
  command.configureOutput({ writeOut: (part) => text += part });
  command.outputHelp();
  const [, block = ""] = /\nExamples?:\n((?: {2}.*\n?)+)/.exec(text) ?? [];
  return block.trimEnd().split("\n").map((line) => line.slice(2)).filter((line) => line !== "");
}

/** `budgie network create` has its chapter in manual/network_create.md, `budgie` in manual/budgie.md. */
function manualOf(words: string[]): string {
  const file = words.slice(1).join("_").replaceAll("-", "_") || "budgie";
  try {
    return Deno.readTextFileSync(new URL(`../manual/${file}.md`, import.meta.url));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
