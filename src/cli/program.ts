/** The commander program for one command line: whole in its names, loaded only where it is used. */
import { Command, type CommandUnknownOpts, type Option } from "@commander-js/extra-typings";
import { plainBooleans } from "./boolean_words.ts";
import { type CommandEntry, COMMANDS, findEntry } from "./commands.ts";
import type { CliContext } from "./context.ts";
import { VERSION } from "./version.ts";

/** The program, ready to parse the arguments `args` (and no others). */
export async function programFor(args: string[], context: CliContext): Promise<Command> {
  const program = new Command("budgie")
    .description("Runs OCI containers on any 64-bit Linux host")
    .usage("COMMAND [OPTIONS]")
    .version(`budgie version ${VERSION}`, "-v, --version", "print the version and exit")
    .helpOption("-h, --help", "show this help and exit")
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ subcommandTerm, optionDescription })
    .configureOutput({ writeOut: context.write, writeErr: context.write, outputError: () => {} })
    .addHelpText("after", "\nRun 'budgie COMMAND --help' for more about a command.");
  await addCommands(program, COMMANDS, context, args);
  return program;
}

/** The whole program with every definition loaded: what documentation and tests look through. */
export async function wholeProgram(context: CliContext): Promise<Command> {
  const program = await programFor([], context);
  const whole = new Command("budgie").copyInheritedSettings(program).helpCommand(false);
  for (const entry of COMMANDS) await addCommand(whole, entry, context, "all");
  return whole;
}

/** Understands `--rm=true` besides `--rm`. */
class BooleanCommand extends Command {
  private stopAtOperand = false;

  override passThroughOptions(passThrough = true): this {
    this.stopAtOperand = passThrough;
    return super.passThroughOptions(passThrough);
  }

  override parseOptions(words: string[]) {
    return super.parseOptions(plainBooleans(words, this.options, { stopAtOperand: this.stopAtOperand }));
  }
}

function subcommandTerm(command: CommandUnknownOpts): string {
  return command.name();
}

// That a flag is off unless given, and a list empty, goes without saying.
function optionDescription({ description, argChoices, defaultValue }: Option): string {
  const facts = [
    ...(argChoices ? [argChoices.join(", ")] : []),
    ...(typeof defaultValue === "string" ? [`default: ${defaultValue}`] : []),
  ];
  return facts.length > 0 ? `${description} (${facts.join("; ")})` : description;
}

/** Adds the command that `words` begin with, or all of them, undefined, when there is none. */
async function addCommands(
  parent: Command,
  entries: CommandEntry[],
  context: CliContext,
  words: string[],
): Promise<void> {
  const typed = findEntry(entries, words[0]);
  if (typed) return await addCommand(parent, typed, context, words.slice(1));
  for (const entry of entries) await addCommand(parent, entry, context, "none");
}

/** `words` are those after the command's own: what of it has to be loaded. */
async function addCommand(
  parent: Command,
  entry: CommandEntry,
  context: CliContext,
  words: string[] | "all" | "none",
): Promise<void> {
  const command = new BooleanCommand(entry.name)
    .copyInheritedSettings(parent)
    .description(entry.summary)
    .aliases(entry.aliases ?? [])
    .helpCommand(false)
    .enablePositionalOptions();
  if (entry.group) command.helpGroup(entry.group);
  if (entry.commands) {
    command.usage("COMMAND [OPTIONS]");
    if (Array.isArray(words)) await addCommands(command, entry.commands, context, words);
    else for (const child of entry.commands) await addCommand(command, child, context, words);
  } else if (words !== "none") {
    (await entry.load!())(command, context, words === "all" ? [] : words);
  }
  const isTaken = command.options.some(({ short }) => short === "-h"); // run's --hostname
  command.helpOption(isTaken ? "--help" : "-h, --help", "show this help and exit");
  parent.addCommand(command);
}
