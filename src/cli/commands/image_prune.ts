/** `budgie image prune`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError, UsageError } from "../../base/errors.ts";
import { formatDecimalSize } from "../../base/units.ts";
import { imageUse } from "../../engine/image_use.ts";
import { applyKeepPolicy, keepPolicy } from "../../engine/keep_images.ts";
import { type PrunedImages, pruneImages } from "../../image/prune.ts";
import { askFirst } from "../ask_first.ts";
import type { CliContext } from "../context.ts";
import { imagePruneFilter } from "../listing/image_filter.ts";
import { list } from "../options/list.ts";
import { removedLines } from "../output/removed_images.ts";

export function defineImagePrune(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-a, --all", "also images with names, when no container was made from them", false)
    .option("-f, --force", "do not ask", false)
    .option("--filter <filter>", "only what fits: until=24h, label=tier, label!=keep", list(String), [])
    .option("--policy", "what images.keep and images.high_water let go, as the daemon does", false)
    .addHelpText("after", "\nExample:\n  budgie image prune -a -f --filter until=240h")
    .action(async ({ all, force, filter, policy }) => {
      if (policy && (all || filter.length > 0)) {
        throw new UsageError("Cannot use --policy with --all or --filter: conflicting options");
      }
      if (policy) return printPruned(context, await pruneByPolicy(context, { force }));
      const fits = imagePruneFilter(filter, Date.now());
      const { paths } = await context.engine();
      if (!force) askFirst(`remove all ${all ? "images without a container" : "images without a name"}`);
      printPruned(context, await pruneImages(paths, { all, fits, ...imageUse(paths) }));
    });
}

async function pruneByPolicy(context: CliContext, { force }: { force: boolean }): Promise<PrunedImages> {
  const policy = keepPolicy();
  if (!policy) {
    throw new BudgieError("Cannot apply the keep policy: the configuration has none", {
      hint: "Set one: budgie config set images.keep 168h, or images.high_water 85",
    });
  }
  const engine = await context.engine();
  if (!force) askFirst("remove all images that the keep policy of the configuration lets go");
  const pruned = await applyKeepPolicy(engine, policy);
  if (pruned) return pruned;
  throw new BudgieError("Cannot apply the keep policy: an image is being pulled, or a container made", {
    hint: "Try again when that is done",
  });
}

function printPruned(context: CliContext, pruned: PrunedImages): void {
  const lines = removedLines(pruned);
  if (lines.length > 0) context.print(`Deleted Images:\n${lines.join("\n")}\n`);
  context.print(`Total reclaimed space: ${formatDecimalSize(pruned.reclaimedBytes)}`);
}
