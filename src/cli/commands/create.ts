/** `budgie create`: a container that does not run yet. */
import type { Command } from "@commander-js/extra-typings";
import { hostFacts } from "../../bundle/host_facts.ts";
import { createContainer } from "../../engine/create.ts";
import { removeIfThere } from "../../engine/together/run_together.ts";
import type { CliContext } from "../context.ts";
import { isBunFile } from "../options/bun_file_name.ts";
import { withoutDashes } from "../options/command_words.ts";
import { reserveCidFile } from "../options/cid_file.ts";
import { addContainerFlags } from "../options/container_flags.ts";
import { containerOptions } from "../options/container_options.ts";
import { givenFlags } from "../options/given_flags.ts";
import { showPull } from "../output/pull_progress.ts";

export function defineCreate(command: Command, context: CliContext, words: readonly string[]): void {
  addContainerFlags(command, words)
    .usage("[OPTIONS] IMAGE|FILE.bun [COMMAND] [ARG...]")
    .argument("<image>", "image, or a .bun file that describes the container")
    .argument("[command...]", "what to run instead of the image's own command")
    .passThroughOptions()
    .addHelpText("after", "\nExample:\n  budgie create --name web nginx && budgie start web")
    .action(async (image, own, flags, create) => {
      context.failureCode = 125;
      const words = withoutDashes(own);
      const options = isBunFile(image)
        ? (await import("../options/bun_file.ts")).bunFileOptions(image, words, flags, givenFlags(create))
        : containerOptions(image, words, flags);
      const engine = await context.engine();
      if (flags.replace && options.name) await removeIfThere(engine, options.name);
      using cidFile = flags.cidfile ? reserveCidFile(flags.cidfile) : undefined;
      using progress = showPull(context, { quiet: flags.quiet });
      const { record, locks } = await createContainer(engine, options, {
        onEvent: progress.onEvent,
        host: hostFacts(),
        onWarning: (message) => context.notify(`Warning: ${message}`),
        signal: context.signal(),
      });
      locks[Symbol.dispose]();
      progress.end();
      cidFile?.write(record.id);
      context.print(record.id);
    });
}
