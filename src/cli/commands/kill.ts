/** `budgie kill`. */
import type { Command } from "@commander-js/extra-typings";
import { killContainer } from "../../engine/kill.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { expandContainers } from "../options/container_words.ts";

export function defineKill(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs, or .bun files and folders")
    .option("-s, --signal <signal>", "signal to send, by name or number", "KILL")
    .addHelpText("after", "\nExample:\n  budgie kill -s HUP web")
    .action(async (containers, { signal }) => {
      const engine = await context.engine();
      await forEach(context, await expandContainers(engine, containers), async (container) => {
        await killContainer(engine, container, { signal });
        context.print(container);
      });
    });
}
