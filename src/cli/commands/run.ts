/** `budgie run`: containers from an image or from .bun files, in the foreground or in the background. */
import { type Command, Option } from "@commander-js/extra-typings";
import { DEFAULT_DETACH_KEYS, DetachKeys } from "../../engine/stream/detach_keys.ts";
import { runContainer, runDetached } from "../../engine/run.ts";
import type { Described } from "../../engine/together/run_together.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { CliContext } from "../context.ts";
import { isBunWord } from "../options/bun_file_name.ts";
import { reserveCidFile } from "../options/cid_file.ts";
import { withoutDashes } from "../options/command_words.ts";
import { addContainerFlags } from "../options/container_flags.ts";
import { containerOptions } from "../options/container_options.ts";
import { givenFlags } from "../options/given_flags.ts";
import { balanceFlag, parseScale, planned, scaleFlag } from "../options/scale.ts";
import { showPull } from "../output/pull_progress.ts";

const EXAMPLES = `
Examples:
  budgie run -it --rm debian bash
  budgie run -d --restart always -p 8080:80 -v ./site:/usr/share/nginx/html:ro nginx
  budgie run -d --name web --network shop --scale 3 -p 8080:80 nginx
  budgie run ./web.bun
  budgie run -d ./shop/`;

/** docker's code for a container that could not be run: smaller ones may be the container's own. */
const NOT_RUN_EXIT_CODE = 125;

export function defineRun(command: Command, context: CliContext, words: readonly string[]): void {
  addContainerFlags(command, words)
    .option(
      "--scale <number>",
      "run so many, as NAME-1, NAME-2…, behind the same published ports",
      parseScale,
    )
    .addOption(balanceFlag())
    .option("-d, --detach", "leave it running in the background, and print its ID", false)
    .option("--detach-keys <keys>", "keys that leave its terminal", DEFAULT_DETACH_KEYS)
    .option("--sig-proxy", "pass signals on to it; off with --sig-proxy=false", true)
    .addOption(new Option("--no-sig-proxy").hideHelp())
    .usage("[OPTIONS] IMAGE|FILE.bun|FOLDER... [COMMAND] [ARG...]")
    .argument("<image>", "image to run, or .bun files and folders that describe containers")
    .argument("[command...]", "what to run instead of the image's own command")
    .passThroughOptions()
    .addHelpText("after", EXAMPLES)
    .action(async (image, own, flags, run) => {
      context.failureCode = NOT_RUN_EXIT_CODE;
      const given = givenFlags(run);
      const described = isBunWord(image)
        ? (await import("../options/bun_run.ts")).bunPlan([image, ...own], flags, given)
        : planned(
          [{ options: containerOptions(image, withoutDashes(own), flags), scale: scaleFlag(flags) }],
          given,
        );
      using cidFile = flags.cidfile ? reserveCidFile(flags.cidfile) : undefined;
      using progress = showPull(context, { quiet: flags.quiet });
      const making = {
        onEvent: progress.onEvent,
        onWarning: (message: string) => context.notify(`Warning: ${message}`),
        signal: context.signal(),
      };
      if (flags.replace) await removeFormer(context, described);
      const plan = await onThisHost(context, described);
      if (plan.length > 1) {
        const { runTogether } = await import("../run_together.ts");
        return await runTogether(context, plan, {
          ...making,
          detach: flags.detach,
          onCreated: () => progress.end(),
        });
      }
      const [{ options, dependsOn }] = plan;
      if (dependsOn.length > 0) await untilThere(context, plan);
      const running = {
        ...making,
        onCreated: ({ id }: ContainerRecord) => {
          progress.end();
          cidFile?.write(id);
        },
        supervise: () => context.supervise(),
      };
      if (flags.detach) {
        return context.print((await runDetached(await context.engine(), options, running)).id);
      }
      context.exitCode = await runContainer(await context.engine(), options, {
        ...running,
        stdin: options.stdinOpen,
        sigProxy: flags.sigProxy,
        detachKeys: new DetachKeys(flags.detachKeys),
      });
    });
}

/** `--replace`: whoever has one of the names makes way, and so does all of a group. */
async function removeFormer(context: CliContext, plan: readonly Described[]): Promise<void> {
  const engine = await context.engine();
  const { removeIfThere } = await import("../../engine/together/run_together.ts");
  const { formerMembers } = await import("../../engine/together/groups.ts");
  const names = plan.flatMap(({ name }) => name ?? []);
  for (const name of new Set([...names, ...formerMembers(engine, plan)])) await removeIfThere(engine, name);
}

/** The plan among the groups that are there; most plans have nothing to do with any. */
async function onThisHost(context: CliContext, plan: Described[]): Promise<Described[]> {
  if (!plan.some(({ dependsOn, options }) => dependsOn.length > 0 || options.balance)) return plan;
  const { amongGroups } = await import("../../engine/together/groups.ts");
  return amongGroups(await context.engine(), plan);
}

/** What the only container of a description depends on is on this host already. */
async function untilThere(context: CliContext, plan: readonly Described[]): Promise<void> {
  const engine = await context.engine();
  const { untilDependencies } = await import("../../engine/together/run_together.ts");
  await untilDependencies(engine, plan[0], context.signal());
}
