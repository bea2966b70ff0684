/** `budgie tag`. */
import type { Command } from "@commander-js/extra-typings";
import { tagImage } from "../../image/tag.ts";
import type { CliContext } from "../context.ts";

export function defineTag(command: Command, context: CliContext): void {
  command
    .usage("SOURCE TARGET")
    .argument("<source>", "image to name: a reference or an ID")
    .argument("<target>", "new name, with or without a tag")
    .addHelpText("after", "\nExample:\n  budgie tag nginx registry.example:5000/web:1.0")
    .action(async (source, target) => {
      await tagImage((await context.engine()).paths, source, target);
    });
}
