/** `budgie update`. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import { updateContainer } from "../../engine/update.ts";
import type { RestartPolicy } from "../../store/container.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { addResourceFlags, type ResourceFlags, resourceOptions } from "../options/resource_flags.ts";
import { parseRestart } from "../options/restart.ts";

interface UpdateFlags extends ResourceFlags {
  restart?: RestartPolicy;
}

export function defineUpdate(command: Command, context: CliContext): void {
  refuseFlags(command, ["--cpu-rt-period <microseconds>", "--cpu-rt-runtime <microseconds>"]);
  addResourceFlags(command);
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs")
    .option(
      "--restart <policy>",
      "start it again when it ends: no, always, unless-stopped, on-failure[:N]",
      parseRestart,
    )
    .addHelpText("after", "\nExample:\n  budgie update -m 512m --cpus 1.5 web")
    .action(async (containers, given) => {
      const { restart, ...flags }: UpdateFlags = given;
      refuseNothing(given);
      const engine = await context.engine();
      const changes = { resources: resourceOptions(flags), restartPolicy: restart };
      await forEach(context, containers, async (container) => {
        await updateContainer(engine, container, { ...changes, onWarning: warn(context) });
        context.print(container);
      });
    });
}

/** Docker takes 0 for "leave it as it is" and says nothing. */
function refuseNothing(flags: object): void {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    throw new UsageError("Cannot update anything: no limit and no policy is given", {
      hint: "Write what is to change: budgie update -m 512m web",
    });
  }
  const [name] = given.find(([, value]) => value === 0 || value === "") ?? [];
  if (name === undefined) return;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(`Cannot update ${flag} to nothing: 0 takes no limit away`, {
    hint: "-1 is no limit for --memory-swap, --cpu-quota and --pids-limit; the others can be set anew",
  });
}

function warn(context: CliContext): (message: string) => void {
  return (message) => context.notify(`Warning: ${message}`);
}
