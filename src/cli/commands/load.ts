/** `budgie load`. */
import type { Command } from "@commander-js/extra-typings";
import { familiarReference, parseReference } from "../../../oci/reference.ts";
import { BudgieError } from "../../base/errors.ts";
import { loadImages } from "../../image/archive/load.ts";
import type { CliContext } from "../context.ts";
import { openArchive } from "../options/archive_input.ts";
import { showPull } from "../output/pull_progress.ts";

export function defineLoad(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-i, --input <file>", "read from a file, instead of standard input")
    .option("-q, --quiet", "print only what was loaded", false)
    .option("--platform <platform>", "choose the image for os/architecture[/variant]")
    .addHelpText("after", "\nExample:\n  budgie load -i nginx.tar.gz")
    .action(async ({ input, quiet, platform }) => {
      const archive = input === undefined ? standardInput() : openArchive("load", input);
      const { paths } = await context.engine();
      using progress = showPull(context, { quiet });
      const loaded = await loadImages(paths, archive, {
        platform,
        onEvent: progress.onEvent,
        signal: context.signal(),
      });
      progress.end();
      for (const { image, names } of loaded) {
        for (const name of names) context.print(`Loaded image: ${familiarReference(parseReference(name))}`);
        if (names.length === 0) context.print(`Loaded image ID: ${image.id}`);
      }
    });
}

function standardInput(): AsyncIterable<Uint8Array> {
  if (!Deno.stdin.isTerminal()) return Deno.stdin.readable;
  throw new BudgieError("Cannot load from a terminal", { hint: "Use the -i flag or redirect" });
}
