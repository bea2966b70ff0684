/** What holds, setting by setting, and where it comes from. */
import { UsageError } from "../base/errors.ts";
import { didYouMean } from "../base/did_you_mean.ts";
import { readTextFile } from "../base/text_file.ts";
import { Problems } from "../yaml/problem.ts";
import { Place } from "../yaml/types/type.ts";
import { findConfig } from "./find.ts";
import type { FileValue } from "./read.ts";
import { type Setting, SETTINGS } from "./settings.ts";
import { nodeOfVariable, type PlainValue, plainValue, variableText } from "./value.ts";

/** A setting as it holds. */
export interface EffectiveValue {
  setting: Setting;
  /** undefined: it has none, and something else happens (the key's `otherwise`) */
  value: PlainValue | undefined;
  /** `flag --set`, `environment BUDGIE_LOG_MAX_SIZE`, `file /etc/budgie/budgie.yaml:3:5`, `default` */
  origin: string;
}

/** Flags that go before the commands. */
export interface ConfigFlags {
  /** `--config` */
  file?: string;
  /** `--set log.max_size=1m`: texts as the settings' variables have them, by name */
  set: ReadonlyMap<string, string>;
}

/**
 * All settings.
 * @throws BudgieError for a file that can't be used, UsageError for a variable or flag with a wrong value
 */
export async function effectiveConfig(
  env: Readonly<Record<string, string>>,
  flags: ConfigFlags,
): Promise<EffectiveValue[]> {
  for (const name of flags.set.keys()) settingNamed(name); // throws for one that there is not
  const found = findConfig({ get: (name) => env[name] }, flags.file);
  const file = found && (await import("./read.ts")).parseConfig(found.text, { path: found.path, env });
  return SETTINGS.map((setting) => {
    const { name, variable } = setting;
    const flag = flags.set.get(name);
    if (flag !== undefined) {
      return { setting, value: checkedText(setting, flag, `--set ${name}`).plain, origin: "flag --set" };
    }
    // An empty variable is as good as none.
    const text = env[variable];
    if (text) {
      return {
        setting,
        value: checkedText(setting, text, variable).plain,
        origin: `environment ${variable}`,
      };
    }
    const written = file?.get(name);
    if (written) return { setting, value: written.plain, origin: placeInFile(found!.path, written) };
    return { setting, value: defaultOf(setting), origin: "default" };
  });
}

/**
 * Those that one file has, with no variable or flag over them.
 * @throws BudgieError for a file that can't be used
 */
export async function configOfFile(
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<EffectiveValue[]> {
  const { parseConfig } = await import("./read.ts");
  const file = parseConfig(readTextFile(path), { path, env });
  return SETTINGS.flatMap((setting) => {
    const written = file.get(setting.name);
    return written ? [{ setting, value: written.plain, origin: placeInFile(path, written) }] : [];
  });
}

/** The setting of a dotted name. @throws UsageError with a guess */
export function settingNamed(name: string): Setting {
  const setting = SETTINGS.find((known) => known.name === name);
  if (setting) return setting;
  const names = SETTINGS.map((known) => known.name);
  const within = names.filter((known) => known.startsWith(`${name}.`));
  if (within.length > 0) {
    throw new UsageError(`Cannot find the setting '${name}': it is a section`, {
      hint: `In it are ${within.join(", ")}`,
    });
  }
  const guess = didYouMean(name, names);
  throw new UsageError(`Cannot find the setting '${name}': there is no such key`, {
    hint: guess ? `Did you mean ${guess}?` : "'budgie config' shows all of them",
  });
}

/**
 * The value that a text stands for, written as in the setting's variable.
 * @param what stands before the text in the message
 * @throws UsageError
 */
export function checkedText(
  setting: Setting,
  text: string,
  what: string,
): { plain: PlainValue; text: string } {
  const problems = new Problems(what);
  const context = { problems, directory: Deno.cwd(), env: {}, whole: what };
  const node = nodeOfVariable(setting, text);
  const value = setting.key.type.read(node, new Place(context, setting.name));
  if (problems.isEmpty) return { plain: plainValue(node, value), text: variableText(node, value) };
  const [{ message }] = problems.sorted();
  throw new UsageError(`Cannot use ${what}: ${message}`);
}

function defaultOf({ key }: Setting): PlainValue | undefined {
  return key.defaultValue as PlainValue | undefined;
}

function placeInFile(path: string, { line, column }: FileValue): string {
  return `file ${path}:${line}:${column}`;
}
