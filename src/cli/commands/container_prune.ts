/** `budgie container prune`. */
import type { Command } from "@commander-js/extra-typings";
import { formatDecimalSize } from "../../base/units.ts";
import { pruneContainers } from "../../engine/prune.ts";
import type { ContainerView } from "../../engine/view.ts";
import { askFirst } from "../ask_first.ts";
import type { CliContext } from "../context.ts";
import { containerLabels } from "../listing/container_row.ts";
import { pruneFilter } from "../listing/prune_filter.ts";
import { list } from "../options/list.ts";

export function defineContainerPrune(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-f, --force", "do not ask", false)
    .option("--filter <filter>", "only what fits: until=24h, label=tier, label!=keep", list(String), [])
    .addHelpText("after", "\nExample:\n  budgie container prune -f --filter until=24h")
    .action(async ({ force, filter }) => {
      const fits = pruneFilter<ContainerView>(filter, {
        now: Date.now(),
        createdAt: ({ record }) => record.createdAt,
        labels: ({ record }) => containerLabels(record),
      });
      const engine = await context.engine();
      if (!force) askFirst("remove all stopped containers");
      const { deleted, reclaimedBytes } = await pruneContainers(engine, fits);
      if (deleted.length > 0) context.print(`Deleted Containers:\n${deleted.join("\n")}\n`);
      context.print(`Total reclaimed space: ${formatDecimalSize(reclaimedBytes)}`);
    });
}
