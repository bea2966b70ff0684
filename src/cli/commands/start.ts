/** `budgie start`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import { DEFAULT_DETACH_KEYS, DetachKeys } from "../../engine/stream/detach_keys.ts";
import { startAttached, startDetached } from "../../engine/start_again.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { expandContainers } from "../options/container_words.ts";

export function defineStart(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs, or .bun files and folders")
    .option("-a, --attach", "give it this terminal, and wait for its end", false)
    .option("-i, --interactive", "with the standard input too; implies -a", false)
    .option("--detach-keys <keys>", "keys that leave its terminal", DEFAULT_DETACH_KEYS)
    .option("--sig-proxy", "pass signals on to it, with -a; off with --sig-proxy=false", true)
    .addOption(new Option("--no-sig-proxy").hideHelp())
    .addHelpText("after", "\nExample:\n  budgie start -ai shell")
    .action(async (containers, { attach, interactive, detachKeys, sigProxy }) => {
      const engine = await context.engine();
      const starting = {
        onWarning: (message: string) => context.notify(`Warning: ${message}`),
        supervise: () => context.supervise(),
        signal: context.signal(),
      };
      if (!attach && !interactive) {
        const names = await expandContainers(engine, containers);
        await forEach(context, names, async (container) => {
          await startDetached(engine, container, starting);
          context.print(container);
        });
        return;
      }
      if (containers.length > 1) {
        throw new UsageError("Cannot start several containers with -a or -i: there is one terminal");
      }
      const foreground = { stdin: interactive, sigProxy, detachKeys: new DetachKeys(detachKeys) };
      const code = await startAttached(engine, containers[0], { ...starting, ...foreground });
      if (code !== undefined) context.exitCode = code;
      else context.print(containers[0]);
    });
}
