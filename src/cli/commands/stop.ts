/** `budgie stop`. */
import type { Command } from "@commander-js/extra-typings";
import { stopContainer } from "../../engine/stop.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { expandContainers } from "../options/container_words.ts";
import { addStopFlags, stopOptions } from "../options/stop_flags.ts";

export function defineStop(command: Command, context: CliContext): void {
  addStopFlags(command)
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs, or .bun files and folders")
    .addHelpText("after", "\nExample:\n  budgie stop -t 30 web")
    .action(async (containers, flags) => {
      const engine = await context.engine();
      const names = await expandContainers(engine, containers, { dependentsFirst: true });
      await forEach(context, names, async (container) => {
        await stopContainer(engine, container, { ...stopOptions(flags), signal: context.signal() });
        context.signal().throwIfAborted(); // we stopped waiting: who knows whether it ended
        context.print(container);
      });
    });
}
