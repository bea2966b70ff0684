/** `budgie wait`. */
import type { Command } from "@commander-js/extra-typings";
import { beginWait, type ContainerWait } from "../../engine/wait.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";

export function defineWait(command: Command, context: CliContext): void {
  command
    .usage("CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs")
    .addHelpText("after", "\nExample:\n  budgie wait build && budgie logs build")
    .action(async (containers) => {
      const engine = await context.engine();
      using stack = new DisposableStack();
      const waits: ContainerWait[] = [];
      // All before the first is waited for: the others may end, and be gone, meanwhile.
      await forEach(context, containers, (name) => void waits.push(stack.use(beginWait(engine, name))));
      await forEach(context, waits, async (wait) => {
        context.print(String(await wait.exitCode(context.signal())));
      });
    });
}
