/** `budgie rename`. */
import type { Command } from "@commander-js/extra-typings";
import { renameContainer } from "../../engine/rename.ts";
import type { CliContext } from "../context.ts";

export function defineRename(command: Command, context: CliContext): void {
  command
    .usage("CONTAINER NEW_NAME")
    .argument("<container>", "name or ID")
    .argument("<new-name>", "a name that no container has")
    .addHelpText("after", "\nExample:\n  budgie rename web old-web")
    .action(async (container, newName) => {
      await renameContainer(await context.engine(), container, newName);
    });
}
