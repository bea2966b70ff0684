/** `budgie stop`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { stopContainer } from "../../engine/stop.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { wholeNumber } from "../options/number.ts";

export function defineStop(command: Command, context: CliContext): void {
  refuseFlags(command, ["-s, --signal <signal>"]);
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs")
    .option(
      "-t, --timeout <seconds>",
      "time to end before being killed; -1: wait",
      wholeNumber("--timeout", -1),
    )
    .addOption(new Option("--time <seconds>").hideHelp().argParser(wholeNumber("--time", -1)))
    .addHelpText("after", "\nExample:\n  budgie stop -t 30 web")
    .action(async (containers, { timeout, time }) => {
      const engine = await context.engine();
      await forEach(context, containers, async (container) => {
        await stopContainer(engine, container, { timeoutSeconds: timeout ?? time, signal: context.signal() });
        context.signal().throwIfAborted(); // we stopped waiting: who knows whether it ended
        context.print(container);
      });
    });
}
