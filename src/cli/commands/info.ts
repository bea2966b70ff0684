/** `budgie info`: what is on this host, and what is missing for containers. */
import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "../context.ts";
import { gatherInfo, infoText } from "../info.ts";

export function defineInfo(command: Command, context: CliContext): void {
  command
    .option("-f, --format <template>", "'json', or a Go template such as '{{.Containers}}'")
    .addHelpText("after", "\nExample:\n  budgie info --format '{{.CgroupVersion}}'")
    .action(async ({ format }) => {
      const info = gatherInfo(await context.engine());
      if (format !== undefined) {
        const { formatOne } = await import("../output/format.ts");
        return context.print(formatOne(info, format));
      }
      context.print(infoText(info));
      for (const warning of info.Warnings) context.notify(`WARNING: ${warning}`);
    });
}
