/** `budgie exec`: one more process in a running container. */
import type { Command } from "@commander-js/extra-typings";
import { execInContainer } from "../../engine/exec/exec.ts";
import { findContainer } from "../../engine/list.ts";
import type { CliContext } from "../context.ts";
import { withoutDashes } from "../options/command_words.ts";
import { collectEnvironment } from "../options/environment.ts";
import { list } from "../options/list.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { checkWorkdir } from "../options/workdir.ts";

export function defineExec(command: Command, context: CliContext): void {
  refuseFlags(command, ["--detach-keys <keys>"]);
  command
    .usage("[OPTIONS] CONTAINER COMMAND [ARG...]")
    .argument("<container>", "name or ID")
    .argument("<command...>", "what to run")
    .passThroughOptions()
    .option("-d, --detach", "leave it running in the background, without input and output", false)
    .option("-i, --interactive", "keep standard input open", false)
    .option("-t, --tty", "give the process a terminal", false)
    .option("-e, --env <variable>", "set NAME=value, or copy NAME from the host", list(String), [])
    .option("--env-file <file>", "read variables from a file", list(String), [])
    .option("-u, --user <user>", "run as user[:group], names or numbers")
    .option("-w, --workdir <directory>", "working directory in the container")
    .option("--privileged", "give the process all capabilities", false)
    .addHelpText("after", "\nExample:\n  budgie exec -it web sh")
    .action(async (container, words, flags) => {
      const engine = await context.engine();
      const { record } = findContainer(engine, container);
      // From here on 1 may be the process's own code.
      context.failureCode = 125;
      context.exitCode = await execInContainer(engine, record.id, {
        command: withoutDashes(words),
        environment: collectEnvironment(flags.env, flags.envFile, Deno.env.toObject()),
        workdir: flags.workdir ? checkWorkdir(flags.workdir) : undefined,
        user: flags.user || undefined,
        tty: flags.tty,
        stdin: flags.interactive,
        privileged: flags.privileged,
        detach: flags.detach,
      });
    });
}
