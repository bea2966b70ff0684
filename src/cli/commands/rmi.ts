/** `budgie rmi`. */
import type { Command } from "@commander-js/extra-typings";
import { NotFoundError } from "../../base/errors.ts";
import { imageUse } from "../../engine/image_use.ts";
import { removeImage } from "../../image/remove.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { refuseFlags } from "../options/not_yet.ts";

export function defineRmi(command: Command, context: CliContext): void {
  refuseFlags(command, ["--no-prune", "--platform <platform>"]);
  command
    .usage("[OPTIONS] IMAGE [IMAGE...]")
    .argument("<image...>", "references or IDs")
    .option("-f, --force", "remove all names of an ID; a missing image is no failure", false)
    .addHelpText("after", "\nExample:\n  budgie rmi nginx:1.27")
    .action(async (images, { force }) => {
      const engine = await context.engine();
      await forEach(context, images, async (image) => {
        try {
          const { untagged, deleted } = await removeImage(engine.paths, image, {
            force,
            ...imageUse(engine.paths),
          });
          for (const reference of untagged) context.print(`Untagged: ${reference}`);
          for (const digest of deleted) context.print(`Deleted: ${digest}`);
        } catch (error) {
          if (!force || !(error instanceof NotFoundError)) throw error;
          context.notify(`Error: ${error.message}`);
        }
      });
    });
}
