/** `budgie top`. */
import type { Command } from "@commander-js/extra-typings";
import { containerProcesses } from "../../engine/cgroup/top.ts";
import type { CliContext } from "../context.ts";
import { printable } from "../output/printable.ts";
import { renderTable } from "../output/table.ts";

export function defineTop(command: Command, context: CliContext): void {
  command
    .usage("CONTAINER [PS OPTIONS]")
    .argument("<container>", "name or ID")
    .argument("[options...]", "of the host's ps; -ef if there are none")
    .passThroughOptions()
    .addHelpText("after", "\nExample:\n  budgie top web -eo pid,rss,args")
    .action(async (container, options) => {
      const { titles, rows } = await containerProcesses(await context.engine(), container, options);
      // The container chose what its processes are called.
      context.print(printable(await renderTable([titles, ...rows])));
    });
}
