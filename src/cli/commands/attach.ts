/** `budgie attach`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { attachToContainer } from "../../engine/attach.ts";
import { DEFAULT_DETACH_KEYS, DetachKeys } from "../../engine/stream/detach_keys.ts";
import type { CliContext } from "../context.ts";

export function defineAttach(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] CONTAINER")
    .argument("<container>", "name or ID")
    .option("--detach-keys <keys>", "keys that leave its terminal", DEFAULT_DETACH_KEYS)
    .option("--no-stdin", "do not connect the standard input")
    .option("--sig-proxy", "pass signals on to it; off with --sig-proxy=false", true)
    .addOption(new Option("--no-sig-proxy").hideHelp())
    .addHelpText(
      "after",
      "\nExamples:\n  budgie run -dit --name shell debian bash\n  budgie attach shell   # ctrl-p ctrl-q leaves it running",
    )
    .action(async (container, { detachKeys, stdin, sigProxy }) => {
      context.exitCode = await attachToContainer(await context.engine(), container, {
        stdin,
        sigProxy,
        detachKeys: new DetachKeys(detachKeys),
        onWarning: (message) => context.notify(`Warning: ${message}`),
        supervise: () => context.supervise(),
      });
    });
}
