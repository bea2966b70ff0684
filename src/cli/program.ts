/** The commander program for one command line: whole in its names, loaded only where it is used. */
import { type Argument, Command, type CommandUnknownOpts, type Option } from "@commander-js/extra-typings";
import { plainBooleans } from "./boolean_words.ts";
import { type CommandEntry, findEntry } from "./command_entry.ts";
import { COMMANDS } from "./commands.ts";
import type { CliContext } from "./context.ts";
import { VERSION } from "./version.ts";

/** The program, ready to parse the arguments `args` (and no others). */
export async function programFor(args: string[], context: CliContext): Promise<Command> {
  const program = emptyProgram(args, context);
  await addCommands(program, COMMANDS, context, args);
  return program;
}

/** The whole program with every definition loaded: what documentation and tests look through. */
export async function wholeProgram(context: CliContext): Promise<Command> {
  const program = emptyProgram([], context);
  for (const entry of COMMANDS) await addCommand(program, entry, context, "all");
  return program;
}

function emptyProgram(args: string[], context: CliContext): Command {
  return new Command("budgie")
    .description("Runs OCI containers on any 64-bit Linux host")
    .usage("COMMAND [OPTIONS]")
    // Taken off before (global_flags.ts); here for the help.
    .option("--config <file>", "read this configuration file and no other")
    .option("--set <key=value>", "a setting that goes before variables and the file; may be repeated")
    .version(`budgie version ${VERSION}`, "-v, --version", "print the version and exit")
    .helpOption("-h, --help", "show this help and exit")
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ subcommandTerm, optionDescription, argumentDescription })
    .configureOutput({ writeOut: context.write, writeErr: context.write, outputError: () => {} })
    .hook("preAction", () => configure(context, args))
    .addHelpText(
      "after",
      "\nExamples:\n  budgie run -it --rm debian bash\n  budgie --set log.max_size=1m run -d nginx",
    )
    .addHelpText("after", "\nRun 'budgie COMMAND --help' for more about a command.");
}

/** None of them needs a setting, and they have to work with a configuration that doesn't. */
const UNCONFIGURED = ["completion", "config", "version"];

async function configure(context: CliContext, words: readonly string[]): Promise<void> {
  const entry = findEntry(COMMANDS, words[0]);
  if (!entry || UNCONFIGURED.includes(entry.name)) return;
  const { applyConfig } = await import("../config/apply.ts");
  context.fromFile = await applyConfig(Deno.env, context.config);
  const { exposedPassphrase } = await import("../config/exposed.ts");
  const warning = exposedPassphrase(Deno.env.get("BUDGIE_SECRETS_PASSPHRASE_FILE"));
  if (warning) context.notify(`Warning: ${warning}`);
}

/** Understands `--rm=true` besides `--rm`. */
export class BooleanCommand extends Command {
  /** What comes after the first operand is another program's. */
  stopAtOperand = false;

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

function argumentDescription({ description, argChoices }: Argument): string {
  return argChoices ? `${description} (${argChoices.join(", ")})` : description;
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
    .usage("[OPTIONS]")
    .aliases(entry.aliases ?? [])
    .helpCommand(false)
    .enablePositionalOptions();
  if (entry.group) command.helpGroup(entry.group);
  if (entry.commands) {
    command.usage("COMMAND [OPTIONS]");
    if (Array.isArray(words)) await addCommands(command, entry.commands, context, words);
    else for (const child of entry.commands) await addCommand(command, child, context, words);
  }
  if (entry.example) command.addHelpText("after", `\nExample:\n  ${entry.example}`);
  // What a group does without a verb is nothing to one with a verb, known or not.
  const hasVerb = entry.commands && Array.isArray(words) && words.length > 0 && !words[0].startsWith("-");
  if (entry.load && words !== "none" && !hasVerb) {
    (await entry.load())(command, context, words === "all" ? [] : words);
  }
  const isTaken = command.options.some(({ short }) => short === "-h"); // run's --hostname
  command.helpOption(isTaken ? "--help" : "-h, --help", "show this help and exit");
  parent.addCommand(command);
}
