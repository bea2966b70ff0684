/** What could stand at the end of a command line: asked by the scripts of `budgie completion`. */
import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { findOption, takesNextWord } from "../boolean_words.ts";
import type { CliContext } from "../context.ts";
import { takeGlobalFlags } from "../global_flags.ts";
import { BooleanCommand, programFor } from "../program.ts";
import { applyConfig } from "../../config/apply.ts";
import { type Candidate, candidatesFor, FILES } from "./candidates.ts";

/**
 * `budgie __complete WORD…`: the words of the line without `budgie`, the last one unfinished.
 *
 * Prints a line for each word that could take the place of the last one: the word, a tab, what it is. A word that ends
 * with `=` or `:` is to be gone on with. The line `:files` stands for files of the host. What can't be found out is
 * left out: nobody wants an error in the middle of typing.
 */
export async function complete(context: CliContext, line: readonly string[]): Promise<void> {
  const typed = line.slice(0, -1);
  const current = line.at(-1) ?? "";
  try {
    const found = await candidates(context, typed, current);
    for (const { word, about = "" } of fitting(found, current)) {
      context.print(about ? `${word}\t${about}` : word);
    }
  } catch {
    // A line that makes no sense, or a state that can't be read.
  }
}

/** What goes on from another candidate, as `status=running` from `status=`, is kept back until that is typed. */
function fitting(found: Candidate[], current: string): Candidate[] {
  const open = found.map(({ word }) => word).filter((word) => /[=:]$/.test(word));
  const typed = open.filter((word) => current.startsWith(word));
  const ahead = open.filter((word) => !typed.includes(word));
  return found.filter(({ word }) =>
    word === FILES ||
    (word.startsWith(current) && !typed.includes(word) &&
      !ahead.some((start) => word !== start && word.startsWith(start)))
  );
}

async function candidates(context: CliContext, typed: string[], current: string): Promise<Candidate[]> {
  const last = typed.at(-1);
  if (typed.length > 0 && /^--(config|set)$/.test(last!) && isGlobal(typed)) {
    return await candidatesFor(last === "--set" ? "<key=value>" : "<file>") ?? [];
  }
  const { flags, words } = takeGlobalFlags(typed);
  if (words[0] === "help") return await topics(context, words.slice(1));
  await applyConfig(Deno.env, flags);
  const program = await programFor(words, context);
  const { command, path, rest } = descend(program, words);
  const { operands, pending, isOver, isInside } = readWords(command, rest);
  if (isInside) return []; // the line of a program in the container
  if (pending) return await valuesOf(path, pending);
  if (!isOver && /^--[^=]+=/.test(current)) return await joinedValues({ command, path }, current);
  if (!isOver && current.startsWith("-")) return flagsOf(command);
  const verbs = operands === 0 && rest.length === 0 ? verbsOf(command) : [];
  const { registeredArguments } = command;
  const argument = registeredArguments[operands] ?? registeredArguments.findLast(({ variadic }) => variadic);
  return argument ? [...verbs, ...await operandsFor(path, argument, current)] : verbs;
}

/** What may follow `budgie help`. */
async function topics(context: CliContext, words: string[]): Promise<Candidate[]> {
  const { command, rest } = descend(await programFor(words, context), words);
  return rest.length === 0 ? verbsOf(command).filter(({ word }) => word !== HELP.word) : [];
}

async function operandsFor(path: string, argument: Argument, current: string): Promise<Candidate[]> {
  const name = argument.name();
  if (argument.argChoices) return argument.argChoices.map((word) => ({ word }));
  const found = await candidatesFor(`${path} ${name}`, name) ?? [];
  // A .bun file may stand for its containers: when it isn't one of their names that is being typed.
  const isFile = argument.description.includes(".bun") && !found.some(({ word }) => word.startsWith(current));
  return isFile ? [{ word: FILES }] : found;
}

/** No command of the table's: it stands for `--help`. */
const HELP: Candidate = { word: "help", about: "Show the help of a command" };

/** Whether nothing but global flags stands before the last word. */
function isGlobal(typed: string[]): boolean {
  return takeGlobalFlags(typed.slice(0, -1)).words.length === 0;
}

/** @returns `path` is the command's own name, as `network ls` */
function descend(program: CommandUnknownOpts, words: readonly string[]) {
  let command = program;
  const path = [];
  for (const word of words) {
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (!child) break;
    command = child;
    path.push(child.name());
  }
  return { command, path: path.join(" "), rest: words.slice(path.length) };
}

/** What the words after a command are: how many operands, and what that means for the next word. */
function readWords(command: CommandUnknownOpts, words: readonly string[]) {
  const state = { operands: 0, pending: undefined as Option | undefined, isOver: false, isInside: false };
  for (const word of words) {
    if (state.pending) state.pending = undefined;
    else if (!state.isOver && word === "--") state.isOver = true;
    else if (!state.isOver && word.startsWith("-") && word !== "-") {
      if (takesNextWord(word, command.options)) {
        const flag = word.startsWith("--") ? word : `-${word.at(-1)}`;
        state.pending = findOption(command.options, flag);
      }
    } else state.operands++;
  }
  state.isInside = command instanceof BooleanCommand && command.stopAtOperand && state.operands > 0;
  return state;
}

async function valuesOf(path: string, { argChoices, long, flags }: Option): Promise<Candidate[]> {
  if (argChoices) return argChoices.map((word) => ({ word }));
  const flag = long ?? "";
  const found = await candidatesFor(`${path} ${flag}`, flag, /[<[][^\]>]*[\]>]/.exec(flags)?.[0] ?? "");
  if (found) return found;
  const { flagWords } = await import("./flag_words.ts");
  return flagWords(path, flag).map((word) => ({ word }));
}

/** `--network=fr`: the values with the flag before them. */
async function joinedValues(
  { command, path }: { command: CommandUnknownOpts; path: string },
  current: string,
): Promise<Candidate[]> {
  const flag = current.slice(0, current.indexOf("="));
  const option = findOption(command.options, flag);
  if (!option?.required && !option?.optional) return [];
  const values = await valuesOf(path, option);
  return values.map(({ word, about }) => ({ word: word === FILES ? FILES : `${flag}=${word}`, about }));
}

function flagsOf(command: CommandUnknownOpts): Candidate[] {
  const shown = command.createHelp().visibleOptions(command);
  return shown.flatMap(({ short, long, description }) =>
    [long, short].filter((flag) => flag !== undefined).map((word) => ({ word, about: description }))
  );
}

function verbsOf(command: CommandUnknownOpts): Candidate[] {
  const verbs = command.createHelp().visibleCommands(command)
    .map((verb) => ({ word: verb.name(), about: verb.description() }));
  return command.parent ? verbs : [...verbs, HELP];
}
