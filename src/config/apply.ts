/** Lets the program have the configuration. */
import { resolve } from "node:path/posix";
import type { ConfigFlags } from "./effective.ts";
import { findConfig } from "./find.ts";

/**
 * Gives every setting of the flags, and every one of the file that no variable overrides, to its variable in this
 * process's environment, which is where settings are read. BUDGIE_CONFIG names the file from then on, for the daemon
 * that this command may start elsewhere.
 *
 * @returns the variables that the file gave a value
 * @throws BudgieError for a file that can't be used, UsageError for a flag with a wrong value
 */
export async function applyConfig(
  env: Pick<typeof Deno.env, "get" | "set" | "toObject">,
  flags: ConfigFlags,
): Promise<string[]> {
  if (flags.set.size > 0) {
    const { checkedText, settingNamed } = await import("./effective.ts");
    for (const [name, text] of flags.set) {
      const setting = settingNamed(name);
      env.set(setting.variable, checkedText(setting, text, `--set ${name}`).text);
    }
  }
  const found = findConfig(env, flags.file);
  const fromFile: string[] = [];
  if (found) {
    const { parseConfig } = await import("./read.ts");
    const { SETTINGS } = await import("./settings.ts");
    const values = parseConfig(found.text, { path: found.path, env: env.toObject() });
    env.set("BUDGIE_CONFIG", resolve(Deno.cwd(), found.path));
    for (const { name, variable } of SETTINGS) {
      const value = values.get(name);
      if (!value || env.get(variable)) continue; // an empty variable is as good as none
      env.set(variable, value.text);
      fromFile.push(variable);
    }
  }
  return fromFile;
}
