/** `budgie rm`. */
import type { Command } from "@commander-js/extra-typings";
import { NotFoundError } from "../../base/errors.ts";
import { removeContainer } from "../../engine/remove.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { expandContainers } from "../options/container_words.ts";
import { refuseFlags } from "../options/not_yet.ts";

export function defineRm(command: Command, context: CliContext): void {
  refuseFlags(command, ["-l, --link"]);
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs, or .bun files and folders")
    .option("-f, --force", "kill it first if it runs; a missing one is no failure", false)
    .option("-v, --volumes", "remove its anonymous volumes too", false)
    .addHelpText("after", "\nExample:\n  budgie rm -f web")
    .action(async (containers, { force, volumes }) => {
      const engine = await context.engine();
      const names = await expandContainers(engine, containers, { dependentsFirst: true });
      await forEach(context, names, async (container) => {
        try {
          await removeContainer(engine, container, { force, volumes });
          context.print(container);
        } catch (error) {
          if (!force || !(error instanceof NotFoundError)) throw error;
          context.notify(`Error: ${error.message}`);
        }
      });
    });
}
