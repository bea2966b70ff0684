/** `budgie run`: a container in the foreground, from an image or a .bun file. */
import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { runContainer } from "../../engine/run.ts";
import type { ContainerOptions } from "../../store/container.ts";
import type { CliContext } from "../context.ts";
import { withoutDashes } from "../options/command_words.ts";
import { isBunFile } from "../options/bun_file_name.ts";
import { reserveCidFile } from "../options/cid_file.ts";
import { addContainerFlags, type ContainerFlags } from "../options/container_flags.ts";
import { containerOptions } from "../options/container_options.ts";
import { showPull } from "../output/pull_progress.ts";

const EXAMPLES = `
Examples:
  budgie run -it --rm debian bash
  budgie run --network host -v ./site:/usr/share/nginx/html:ro nginx
  budgie run ./web.bun`;

/** docker's code for a container that could not be run: smaller ones may be the container's own. */
const NOT_RUN_EXIT_CODE = 125;

export function defineRun(command: Command, context: CliContext, words: readonly string[]): void {
  addContainerFlags(command, words)
    .usage("[OPTIONS] IMAGE|FILE.bun [COMMAND] [ARG...]")
    .argument("<image>", "image to run, or a .bun file that describes the container")
    .argument("[command...]", "what to run instead of the image's own command")
    .passThroughOptions()
    .addHelpText("after", EXAMPLES)
    .action(async (image, own, flags, run) => {
      context.failureCode = NOT_RUN_EXIT_CODE;
      const options = await describe(image, withoutDashes(own), flags, givenFlags(run));
      using cidFile = flags.cidfile ? reserveCidFile(flags.cidfile) : undefined;
      using progress = showPull(context, { quiet: flags.quiet });
      context.exitCode = await runContainer(await context.engine(), options, {
        stdin: options.stdinOpen,
        onEvent: progress.onEvent,
        onCreated: (id) => {
          progress.end();
          cidFile?.write(id);
        },
        onWarning: (message) => context.notify(`Warning: ${message}`),
        signal: context.signal(),
      });
    });
}

async function describe(
  image: string,
  words: string[],
  flags: ContainerFlags,
  given: ReadonlySet<string>,
): Promise<ContainerOptions> {
  if (!isBunFile(image)) return containerOptions(image, words, flags);
  const { bunFileOptions } = await import("../options/bun_file.ts");
  return bunFileOptions(image, words, flags, given);
}

function givenFlags(command: CommandUnknownOpts): Set<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === "cli"));
}
