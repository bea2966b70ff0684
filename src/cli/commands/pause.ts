/** `budgie pause` and `budgie unpause`. */
import type { Command } from "@commander-js/extra-typings";
import { pauseContainer, unpauseContainer } from "../../engine/pause.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";

export function definePause(command: Command, context: CliContext): void {
  define(command, context, pauseContainer).addHelpText("after", "\nExample:\n  budgie pause web");
}

export function defineUnpause(command: Command, context: CliContext): void {
  define(command, context, unpauseContainer).addHelpText("after", "\nExample:\n  budgie unpause web");
}

function define(command: Command, context: CliContext, change: typeof pauseContainer) {
  return command
    .usage("CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs")
    .action(async (containers) => {
      const engine = await context.engine();
      await forEach(context, containers, async (container) => {
        await change(engine, container);
        context.print(container);
      });
    });
}
