/** `budgie completion`: the script that lets a shell complete budgie's command lines. */
import { Argument, type Command } from "@commander-js/extra-typings";
import { SCRIPTS, SHELLS } from "../completion/scripts.ts";
import type { CliContext } from "../context.ts";

export function defineCompletion(command: Command, context: CliContext): void {
  command
    .usage(SHELLS.join("|"))
    .addArgument(new Argument("<shell>", "whose script to print").choices(SHELLS))
    .addHelpText("after", "\nExample:\n  budgie completion bash >/etc/bash_completion.d/budgie")
    .action((shell) => context.write(SCRIPTS[shell]));
}
