/** The one place that turns a command line into an exit code and prints errors. */
import { CommanderError } from "@commander-js/extra-typings";
import { BudgieError } from "../base/errors.ts";
import { COMMANDS, findEntry } from "./commands.ts";
import { type CliContext, createContext, OutputClosedError } from "./context.ts";
import { printable } from "./output/printable.ts";
import { programFor } from "./program.ts";
import { inPlainWords } from "./world_errors.ts";

/** docker's code for a command line it cannot make sense of. */
const USAGE_EXIT_CODE = 125;
/** 128 + SIGPIPE, SIGINT, SIGTERM: what a shell shows for a program that the signal ended. */
const BROKEN_PIPE_EXIT_CODE = 141;
const SIGNAL_EXIT_CODES: Partial<Record<Deno.Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs one command line, without the program's name. Returns what the process should exit with. */
export async function main(args: string[]): Promise<number> {
  const context = createContext((error) => printError(error, args));
  try {
    const words = helpWords(args);
    const program = await programFor(words, context);
    await program.parseAsync(words, { from: "user" });
    return context.exitCode;
  } catch (error) {
    return explain(error, args, context);
  }
}

// `budgie`, `budgie help` and `budgie help run` are `--help` in other words; so is a group without a verb.
function helpWords(args: string[]): string[] {
  const words = args[0] === "help" ? [...args.slice(1), "--help"] : args;
  if (words.length === 0) return ["--help"];
  const entry = findEntry(COMMANDS, words[0]);
  if (entry?.commands && words.length === 1) return [words[0], "--help"];
  // An unknown word is an error, also with --help after it.
  return entry || words[0].startsWith("-") ? words : [words[0]];
}

function explain(error: unknown, args: string[], context: CliContext): number {
  if (error instanceof OutputClosedError) return BROKEN_PIPE_EXIT_CODE;
  const interrupted = SIGNAL_EXIT_CODES[context.interruptedBy ?? "SIGCONT"];
  if (interrupted !== undefined) return interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    printUsageError(error, args);
    return error.code === "commander.unknownCommand" ? 1 : USAGE_EXIT_CODE;
  }
  printError(error, args);
  return (error instanceof BudgieError ? error.exitCode : undefined) ?? context.failureCode;
}

function printError(met: unknown, args: string[]): void {
  const error = inPlainWords(met);
  if (error instanceof BudgieError) return say(error.message, error.hint);
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  console.error(`Error: budgie met a bug of its own in 'budgie ${args[0] ?? ""}':\n${stack}`);
  console.error("hint: Please report it, with what you typed and the lines above");
}

function say(message: string, hint: string | undefined): void {
  console.error(printable(`Error: ${message}`));
  if (hint) console.error(printable(`hint: ${hint}`));
}

// commander says "error: unknown option '--nmae'\n(Did you mean --name?)".
function printUsageError(error: CommanderError, args: string[]): void {
  const [first, ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = /Did you mean .*\?/.exec(rest.join(" "))?.[0];
  const see = `See '${["budgie", ...commandWords(args), "--help"].join(" ")}'`;
  say(first[0].toUpperCase() + first.slice(1), suggestion ? `${suggestion} ${see}` : see);
}

/** The words of `args` that named a command: `container run`. */
function commandWords(args: string[]): string[] {
  const entry = findEntry(COMMANDS, args[0]);
  if (!entry) return [];
  return findEntry(entry.commands ?? [], args[1]) ? args.slice(0, 2) : args.slice(0, 1);
}
