/** `budgie config`: what holds on this host, and the file that says so. */
import { type Command, Option } from "@commander-js/extra-typings";
import { BudgieError } from "../../base/errors.ts";
import { effectiveConfig, settingNamed } from "../../config/effective.ts";
import { unknownVariables } from "../../config/unknown_variables.ts";
import type { CliContext } from "../context.ts";

/** Without a verb: the effective configuration. */
export function defineConfigShow(command: Command, context: CliContext): void {
  command
    .usage("[COMMAND] [OPTIONS]")
    .addOption(new Option("--format <format>", "how to write it").choices(["yaml", "json"]).default("yaml"))
    .option("--show-origin", "say where each value comes from", false)
    .addHelpText("after", "\nExample:\n  budgie config --show-origin")
    .action(async ({ format, showOrigin }) => {
      const env = Deno.env.toObject();
      const values = await effectiveConfig(env, context.config);
      for (const warning of unknownVariables(env)) context.notify(`Warning: ${warning}`);
      const { effectiveJson, effectiveYaml } = await import("../../config/print.ts");
      context.print((format === "json" ? effectiveJson : effectiveYaml)(values, { origins: showOrigin }));
    });
}

export function defineConfigPath(command: Command, context: CliContext): void {
  command
    .addHelpText("after", "\nExample:\n  budgie config path")
    .action(async () => context.print(await pathInUse(context)));
}

export function defineConfigGet(command: Command, context: CliContext): void {
  command
    .usage("KEY")
    .argument("<key>", "dotted, as log.max_size")
    .addHelpText("after", "\nExample:\n  budgie config get log.max_size")
    .action(async (key) => {
      const setting = settingNamed(key);
      const values = await effectiveConfig(Deno.env.toObject(), context.config);
      const { value } = values.find((one) => one.setting === setting)!;
      if (value === undefined) return context.print("");
      if (typeof value !== "object") return context.print(String(value));
      const { yamlText } = await import("../../config/edit.ts");
      context.print(yamlText(value));
    });
}

/** The file that counts. @throws BudgieError when there is none */
async function pathInUse(context: CliContext): Promise<string> {
  const { findConfig, usualPaths } = await import("../../config/find.ts");
  const found = findConfig(Deno.env, context.config.file);
  if (found) return found.path;
  throw new BudgieError("Cannot find a configuration file: the defaults hold", {
    hint: `'budgie config init' makes one; looked for are ${usualPaths(Deno.env).join(", ")}`,
  });
}
