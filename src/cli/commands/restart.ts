/** `budgie restart`. */
import type { Command } from "@commander-js/extra-typings";
import { restartContainer } from "../../engine/restart.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { expandContainers } from "../options/container_words.ts";
import { addStopFlags, stopOptions } from "../options/stop_flags.ts";

export function defineRestart(command: Command, context: CliContext): void {
  addStopFlags(command)
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs, or .bun files and folders")
    .addHelpText("after", "\nExample:\n  budgie restart -t 30 web")
    .action(async (containers, flags) => {
      const engine = await context.engine();
      const names = await expandContainers(engine, containers);
      await forEach(context, names, async (container) => {
        await restartContainer(engine, container, {
          ...stopOptions(flags),
          onWarning: (message) => context.notify(`Warning: ${message}`),
          supervise: () => context.supervise(),
          signal: context.signal(),
        });
        context.print(container);
      });
    });
}
