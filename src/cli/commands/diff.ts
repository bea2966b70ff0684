/** `budgie diff`. */
import { Buffer } from "node:buffer";
import type { Command } from "@commander-js/extra-typings";
import { diffContainer } from "../../engine/files/diff.ts";
import type { CliContext } from "../context.ts";
import { printable } from "../output/printable.ts";

export function defineDiff(command: Command, context: CliContext): void {
  command
    .usage("CONTAINER")
    .argument("<container>", "name or ID")
    .addHelpText("after", "\nExample:\n  budgie diff web")
    .action(async (container) => {
      for (const { kind, path } of diffContainer(await context.engine(), container)) {
        const text = printable(Buffer.from(path, "latin1").toString());
        context.print(`${kind} ${text.replaceAll("\n", "\u{fffd}")}`); // one line for each
      }
    });
}
