/** `budgie export`. */
import type { Command } from "@commander-js/extra-typings";
import { exportContainer } from "../../engine/files/export.ts";
import type { CliContext } from "../context.ts";
import { archiveFile, standardOutput } from "../output/archive_file.ts";

export function defineExport(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] CONTAINER")
    .argument("<container>", "name or ID")
    .option("-o, --output <file>", "write to a file, instead of standard output")
    .addHelpText("after", "\nExample:\n  budgie export -o web.tar web")
    .action(async (container, { output }) => {
      using sink = output ? archiveFile(output) : standardOutput();
      await exportContainer(await context.engine(), container, {
        write: sink.write,
        onWarning: (message) => context.notify(`Warning: ${message}`),
        signal: output ? context.signal() : undefined,
      });
      sink.complete();
    });
}
