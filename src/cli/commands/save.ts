/** `budgie save`. */
import type { Command } from "@commander-js/extra-typings";
import { saveImages } from "../../image/archive/save.ts";
import type { CliContext } from "../context.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { archiveFile, standardOutput } from "../output/archive_file.ts";

export function defineSave(command: Command, context: CliContext): void {
  refuseFlags(command, ["--platform <platform>"]);
  command
    .usage("[OPTIONS] IMAGE [IMAGE...]")
    .argument("<image...>", "references or IDs; an ID brings no name along")
    .option("-o, --output <file>", "write to a file, instead of standard output")
    .addHelpText("after", "\nExample:\n  budgie save nginx | ssh other.example budgie load")
    .action(async (images, { output }) => {
      const { paths } = await context.engine();
      using sink = output ? archiveFile(output) : standardOutput();
      await saveImages(paths, images, {
        write: sink.write,
        signal: output ? context.signal() : undefined,
      });
      sink.complete();
    });
}
