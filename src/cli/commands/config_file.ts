/** `budgie config init|set|validate`: making, changing and checking the file. */
import type { Command } from "@commander-js/extra-typings";
import { dirname, resolve } from "node:path/posix";
import { BudgieError } from "../../base/errors.ts";
import { exists } from "../../base/optional_file.ts";
import { checkedText, configOfFile, effectiveConfig, settingNamed } from "../../config/effective.ts";
import { exposedPassphrase } from "../../config/exposed.ts";
import { findConfig } from "../../config/find.ts";
import { unknownVariables } from "../../config/unknown_variables.ts";
import { replaceFile } from "../../store/atomic_write.ts";
import type { CliContext } from "../context.ts";

/** Readable by everybody, as what lies in /etc is: a configuration holds no secrets. */
const NEW_FILE_MODE = 0o644;

export function defineConfigInit(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-f, --force", "replace a file that is there", false)
    .option("--path <file>", "where to write it")
    .addHelpText("after", "\nExample:\n  budgie config init --path ./budgie.yaml")
    .action(async ({ force, path = newFile(context) }) => {
      const { configTemplate } = await import("../../config/template.ts");
      if (exists(path) && !force) {
        throw new BudgieError(`Cannot write '${path}': it is there already`, {
          hint: "Replace it with --force, or choose another file with --path",
        });
      }
      write(path, configTemplate());
      context.print(path);
    });
}

export function defineConfigSet(command: Command, context: CliContext): void {
  command
    .usage("KEY VALUE")
    .argument("<key>", "dotted, as log.max_size")
    .argument("<value>", "as in the key's variable: a list as a,b, a map as key=a,b;other=c")
    .addHelpText("after", "\nExample:\n  budgie config set log.max_size 1m")
    .action(async (key, word) => {
      const setting = settingNamed(key);
      const { plain } = checkedText(setting, word, key);
      const { path, text } = findConfig(Deno.env, context.config.file) ??
        { path: newFile(context), text: "" };
      const { ConfigFileError, parseConfig } = await import("../../config/read.ts");
      const { withSetting } = await import("../../config/edit.ts");
      const env = Deno.env.toObject();
      parseConfig(text, { path, env });
      const after = withSetting(text, setting, plain);
      try {
        parseConfig(after, { path, env });
      } catch (error) {
        if (!(error instanceof ConfigFileError)) throw error;
        throw new BudgieError(
          `Cannot set ${key} in '${path}': another line depends on it: ${error.problems[0].message}`,
          { hint: "Edit the file by hand", cause: error },
        );
      }
      write(path, after);
      const { notYetWarning } = await import("../../config/not_yet.ts");
      const warning = notYetWarning({ setting, value: plain });
      if (warning) warn(context, warning);
    });
}

export function defineConfigValidate(command: Command, context: CliContext): void {
  command
    .usage("[FILE]")
    .argument("[file]", "which one, if not the one that counts")
    .addHelpText("after", "\nExample:\n  budgie config validate ./budgie.yaml")
    .action(async (file) => {
      const env = Deno.env.toObject();
      // Without a file that is named, the variables count as much as the file that they go before.
      const values =
        await (file === undefined ? effectiveConfig(env, context.config) : configOfFile(file, env));
      const passphraseFile = values.find(({ setting }) => setting.name === "secrets.passphrase_file")?.value;
      const exposed = exposedPassphrase(passphraseFile as string | undefined);
      const { notYetWarnings } = await import("../../config/not_yet.ts");
      const unknown = file === undefined ? unknownVariables(env) : [];
      for (const warning of [...exposed ? [exposed] : [], ...unknown, ...notYetWarnings(values)]) {
        warn(context, warning);
      }
      const path = file ?? findConfig(Deno.env, context.config.file)?.path;
      context.print(path === undefined ? "no file: the defaults are valid" : `${path}: valid`);
    });
}

function warn(context: CliContext, warning: string): void {
  context.notify(`Warning: ${warning}`);
}

/** Where a file is made that is not there yet: named, or the host's, or the user's own. */
function newFile(context: CliContext): string {
  const named = context.config.file ?? Deno.env.get("BUDGIE_CONFIG");
  if (named) return named;
  if (Deno.uid() === 0) return "/etc/budgie/budgie.yaml";
  return `${Deno.env.get("XDG_CONFIG_HOME") || `${Deno.env.get("HOME")}/.config`}/budgie/budgie.yaml`;
}

/** @throws BudgieError */
function write(path: string, text: string): void {
  try {
    // A link stays a link: what it leads to is replaced, and stays whose it is.
    const target = exists(path) ? Deno.realPathSync(path) : resolve(Deno.cwd(), path);
    const before = exists(target) ? Deno.statSync(target) : undefined;
    if (before && !before.isFile) throw new BudgieError(`Cannot write '${path}': it is no regular file`);
    const mode = (before?.mode ?? NEW_FILE_MODE) & 0o777;
    Deno.mkdirSync(dirname(target), { recursive: true });
    replaceFile(target, text, { mode });
    if (!before) return;
    if (Deno.uid() === 0) Deno.chownSync(target, before.uid, before.gid);
    Deno.chmodSync(target, mode); // whatever the umask
  } catch (error) {
    if (error instanceof BudgieError || !(error instanceof Error)) throw error;
    // Where Deno tells more, it is about the file that was to take this one's place.
    const [reason] = error.message.split(" (os error ");
    throw new BudgieError(`Cannot write '${path}': ${reason[0].toLowerCase()}${reason.slice(1)}`, {
      cause: error,
    });
  }
}
