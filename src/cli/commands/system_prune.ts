/** `budgie system prune`. */
import type { Command } from "@commander-js/extra-typings";
import { formatDecimalSize } from "../../base/units.ts";
import { imageUse } from "../../engine/image_use.ts";
import { pruneNetworks } from "../../engine/network/remove_network.ts";
import { pruneContainers } from "../../engine/prune.ts";
import type { ContainerView } from "../../engine/view.ts";
import { pruneImages } from "../../image/prune.ts";
import type { NetworkRecord } from "../../store/network.ts";
import { askFirst } from "../ask_first.ts";
import type { CliContext } from "../context.ts";
import { containerLabels } from "../listing/container_row.ts";
import { imagePruneFilter } from "../listing/image_filter.ts";
import { pruneFilter } from "../listing/prune_filter.ts";
import { list } from "../options/list.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { removedLines } from "../output/removed_images.ts";

export function defineSystemPrune(command: Command, context: CliContext): void {
  refuseFlags(command, ["--volumes"]);
  command
    .usage("[OPTIONS]")
    .option("-a, --all", "also images with names, when no container was made from them", false)
    .option("-f, --force", "do not ask", false)
    .option("--filter <filter>", "only what fits: until=24h, label=tier, label!=keep", list(String), [])
    .addHelpText("after", "\nExample:\n  budgie system prune -f --filter until=24h")
    .action(async ({ all, force, filter }) => {
      const filters = parseFilters(filter);
      const engine = await context.engine();
      const images = all ? "images without a container" : "images without a name";
      if (!force) {
        askFirst(`remove all stopped containers, all networks without a container and all ${images}`);
      }
      // Containers first: they hold the networks and the images.
      const containers = await pruneContainers(engine, filters.containers);
      printDeleted(context, "Containers", containers.deleted);
      printDeleted(context, "Networks", await pruneNetworks(engine, filters.networks));
      const use = imageUse(engine.paths);
      const pruned = await pruneImages(engine.paths, { all, fits: filters.images, ...use });
      printDeleted(context, "Images", removedLines(pruned));
      const reclaimedBytes = containers.reclaimedBytes + pruned.reclaimedBytes;
      context.print(`Total reclaimed space: ${formatDecimalSize(reclaimedBytes)}`);
    });
}

function parseFilters(filter: string[]) {
  const now = Date.now();
  return {
    containers: pruneFilter<ContainerView>(filter, {
      now,
      createdAt: ({ record }) => record.createdAt,
      labels: ({ record }) => containerLabels(record),
    }),
    networks: pruneFilter<NetworkRecord>(filter, {
      now,
      createdAt: ({ createdAt }) => createdAt,
      labels: ({ labels }) => labels,
    }),
    images: imagePruneFilter(filter, now),
  };
}

function printDeleted(context: CliContext, kind: string, lines: string[]): void {
  if (lines.length > 0) context.print(`Deleted ${kind}:\n${lines.join("\n")}\n`);
}
