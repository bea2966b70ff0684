/** The one place that turns a command line into an exit code and prints errors. */
import { CommanderError } from "@commander-js/extra-typings";
import { BudgieError } from "../base/errors.ts";
import { failuresIn, stackOf } from "../base/failures.ts";
import { findEntry } from "./command_entry.ts";
import { COMMANDS } from "./commands.ts";
import { type CliContext, createContext, OutputClosedError } from "./context.ts";
import { takeGlobalFlags } from "./global_flags.ts";
import { helpWords } from "./help_words.ts";
import { printable } from "./output/printable.ts";
import { programFor } from "./program.ts";
import { inPlainWords } from "./world_errors.ts";

/** docker's code for a command line it cannot make sense of. */
const USAGE_EXIT_CODE = 125;
/** 128 + SIGPIPE, SIGINT, SIGTERM: what a shell shows for a program that the signal ended. */
const BROKEN_PIPE_EXIT_CODE = 141;
const SIGNAL_EXIT_CODES: Partial<Record<Deno.Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs one command line, without the program's name. Returns what the process should exit with. */
export async function main(typed: string[]): Promise<number> {
  let args = typed;
  const context = createContext((error) => printError(error, args));
  try {
    if (typed[0] === "__complete") {
      const { complete } = await import("./completion/complete.ts");
      await complete(context, typed.slice(1));
      return 0;
    }
    const { flags, words } = takeGlobalFlags(typed);
    context.config = flags;
    args = helpWords(words, COMMANDS);
    const program = await programFor(args, context);
    await program.parseAsync(args, { from: "user" });
    await context.settled();
    return context.exitCode;
  } catch (error) {
    const code = explain(error, args, context);
    await context.settled().catch(() => {});
    return code;
  }
}

function explain(met: unknown, args: string[], context: CliContext): number {
  const [error, ...later] = failuresIn(met);
  if (error instanceof OutputClosedError) return BROKEN_PIPE_EXIT_CODE;
  const interrupted = SIGNAL_EXIT_CODES[context.interruptedBy ?? "SIGCONT"];
  if (interrupted !== undefined) return interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    printUsageError(error, args);
    return error.code === "commander.unknownCommand" ? 1 : USAGE_EXIT_CODE;
  }
  printError(error, args);
  for (const failure of later) printError(failure, args);
  return (error instanceof BudgieError ? error.exitCode : undefined) ?? context.failureCode;
}

function printError(met: unknown, args: string[]): void {
  const error = inPlainWords(met);
  if (error instanceof BudgieError) return say(error.message, error.hint);
  console.error(`Error: budgie met a bug of its own in 'budgie ${args[0] ?? ""}':\n${stackOf(error)}`);
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
