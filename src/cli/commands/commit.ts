/** `budgie commit`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { commitContainer } from "../../engine/files/commit.ts";
import type { CliContext } from "../context.ts";
import { list } from "../options/list.ts";

export function defineCommit(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] CONTAINER [REPOSITORY[:TAG]]")
    .argument("<container>", "name or ID")
    .argument("[reference]", "name of the new image")
    .option("-a, --author <author>", "who made the image: Jane Doe <jane@example.com>")
    .option("-c, --change <instruction>", "Dockerfile instruction for the image's defaults", list(String), [])
    .option("-m, --message <text>", "comment in the image's history")
    .option("-p, --pause", "pause a running container meanwhile; off with --pause=false", true)
    .addOption(new Option("--no-pause").hideHelp())
    .addHelpText("after", `\nExample:\n  budgie commit -c 'CMD ["nginx"]' web registry.example/web:2`)
    .action(async (container, reference, flags) => {
      const id = await commitContainer(await context.engine(), container, {
        reference,
        author: flags.author,
        message: flags.message,
        changes: flags.change,
        pause: flags.pause,
        onWarning: (message) => context.notify(`Warning: ${message}`),
        signal: context.signal(),
      });
      context.print(id);
    });
}
