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
  const typed = findEntry(COMMANDS, args[0]);
  if (typed) await addCommand(program, typed, context, true);
  else for (const entry of COMMANDS) await addCommand(program, entry, context, false);
  return program;
}

/** The whole program with every definition loaded: what documentation and tests look through. */
export async function wholeProgram(context: CliContext): Promise<Command> {
  const program = await programFor([], context);
  const whole = new Command("budgie").copyInheritedSettings(program).helpCommand(false);
  for (const entry of COMMANDS) await addCommand(whole, entry, context, true);
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

async function addCommand(
  parent: Command,
  entry: CommandEntry,
  context: CliContext,
  defined: boolean,
): Promise<void> {
  const command = new BooleanCommand(entry.name)
    .copyInheritedSettings(parent)
    .description(entry.summary)
    .aliases(entry.aliases ?? [])
    .helpOption("--help", "show this help and exit")
    .helpCommand(false)
    .enablePositionalOptions();
  if (entry.group) command.helpGroup(entry.group);
  if (entry.commands) {
    command.usage("COMMAND [OPTIONS]");
    for (const child of entry.commands) await addCommand(command, child, context, defined);
  } else if (defined) {
    (await entry.load!())(command, context);
  }
  parent.addCommand(command);
}
