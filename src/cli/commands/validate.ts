/** `budgie validate`: every problem of .bun files, and nothing done. */
import type { Command } from "@commander-js/extra-typings";
import { type BunFile, dependencyPlace } from "../../bunfile/bun_file.ts";
import { readBunFiles } from "../../bunfile/parse.ts";
import { dependencyLevels } from "../../engine/together/dependency_order.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";

export function defineValidate(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] FILE.bun|FOLDER [FILE.bun|FOLDER...]")
    .argument("<file...>", ".bun files, and folders of them")
    .option("-q, --quiet", "say nothing about good files", false)
    .addHelpText("after", "\nExamples:\n  budgie validate example.bun\n  budgie validate ./shop/")
    .action(async (files, { quiet }) => {
      await forEach(context, files, (file) => {
        const bunFiles = readBunFiles(file);
        refuseCycles(bunFiles);
        const good = new Set(bunFiles.map(({ source }) => source.written));
        if (!quiet) good.forEach((name) => context.print(`${name}: valid`));
      });
    });
}

/** What else is depended on may be on the host where they run. */
function refuseCycles(bunFiles: readonly BunFile[]): void {
  const containers = bunFiles.map((bun) => ({
    name: bun.name,
    dependsOn: bun.depends_on,
    where: dependencyPlace(bun),
  }));
  dependencyLevels(containers, bunFiles.flatMap((bun) => bun.depends_on.map(({ name }) => name)));
}
