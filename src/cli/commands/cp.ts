/** `budgie cp`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError } from "../../base/errors.ts";
import { formatDecimalSize } from "../../base/units.ts";
import { copyArchiveIn, copyIn } from "../../engine/files/copy_in.ts";
import type { CopyOptions } from "../../engine/files/copy_options.ts";
import { copyArchiveOut, copyOut } from "../../engine/files/copy_out.ts";
import type { CliContext } from "../context.ts";
import { parseCopyPath } from "../options/copy_path.ts";
import { standardOutput } from "../output/archive_file.ts";

export function defineCp(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] [CONTAINER:]SRC_PATH|- [CONTAINER:]DEST_PATH|-")
    .argument("<source>", "a file or folder of the host or of a container; '-' is a tar on standard input")
    .argument("<destination>", "where to; '-' is a tar on standard output")
    .option("-a, --archive", "keep owners: user and group IDs", false)
    .option("-L, --follow-link", "follow a symbolic link as the source", false)
    .option("-q, --quiet", "say nothing on a terminal about what was copied", false)
    .addHelpText("after", "\nExample:\n  budgie cp web:/etc/nginx/nginx.conf .")
    .action(async (source, destination, { archive, followLink, quiet }) => {
      const options = {
        keepOwners: archive,
        followLink,
        onWarning: (message: string) => context.notify(`Warning: ${message}`),
        signal: context.signal(),
      };
      const bytes = await copy(context, source, destination, options);
      if (bytes === undefined || quiet || !Deno.stdout.isTerminal()) return;
      context.notify(`Successfully copied ${formatDecimalSize(bytes)} to ${destination}`);
    });
}

/** @returns bytes of all files; undefined when they went to standard output */
async function copy(
  context: CliContext,
  source: string,
  destination: string,
  options: CopyOptions,
): Promise<number | undefined> {
  const [from, to] = [parseCopyPath(source), parseCopyPath(destination)];
  if (from.kind === "container") {
    if (to.kind === "container") throw new BudgieError("copying between containers is not supported");
    if (to.kind === "host") return await copyOut(await context.engine(), from, to.path, options);
    using sink = standardOutput("Redirect it");
    await copyArchiveOut(await context.engine(), from, sink.write, options);
    return undefined;
  }
  if (to.kind !== "container") throw new BudgieError("must specify at least one container source");
  const engine = await context.engine();
  return from.kind === "host"
    ? await copyIn(engine, from.path, to, options)
    : await copyArchiveIn(engine, Deno.stdin.readable, to, options);
}
