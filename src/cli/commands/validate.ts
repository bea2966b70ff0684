/** `budgie validate`: every problem of a .bun file, and nothing done. */
import type { Command } from "@commander-js/extra-typings";
import { readBunFile } from "../../bunfile/parse.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";

export function defineValidate(command: Command, context: CliContext): void {
  command
    .usage("FILE.bun [FILE.bun...]")
    .argument("<file...>", ".bun files")
    .option("-q, --quiet", "say nothing about good files", false)
    .addHelpText("after", "\nExample:\n  budgie validate example.bun")
    .action(async (files, { quiet }) => {
      await forEach(context, files, (file) => {
        readBunFile(file);
        if (!quiet) context.print(`${file}: valid`);
      });
    });
}
