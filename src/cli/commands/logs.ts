/** `budgie logs`. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import { findLogged, readLogs } from "../../engine/log/logs.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { expandContainers } from "../options/container_words.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { parseTimeValue } from "../options/time_value.ts";
import { LogOutput, takesColour } from "../output/log_output.ts";
import { writeToStream } from "../output/stream.ts";

const EXAMPLES = `
Examples:
  budgie logs -f --tail 20 web
  budgie logs -f web db`;

export function defineLogs(command: Command, context: CliContext): void {
  refuseFlags(command, ["--details"]);
  const time = (text: string) => parseTimeValue(text, Date.now());
  command
    .usage("[OPTIONS] CONTAINER [CONTAINER...]")
    .argument("<container...>", "names or IDs, or .bun files and folders")
    .option("-f, --follow", "go on, also over restarts, until the containers are stopped or removed", false)
    .option("-n, --tail <lines>", "only so many of the last lines of each (default: all)", parseTail)
    .option("--since <time>", "only what is newer: 10m, 2026-01-02T15:04:05Z, Unix seconds", time)
    .option("--until <time>", "only what is older", time)
    .option("-t, --timestamps", "begin each line with its time", false)
    .option("--stdout", "only standard output", false)
    .option("--stderr", "only standard error", false)
    .option("--no-color", "no colours before the lines of several containers")
    .option("--no-log-prefix", "no names before the lines of several containers")
    .addHelpText("after", EXAMPLES)
    .action(async (names, flags) => {
      const engine = await context.engine();
      const signal = context.signal();
      const records = new Map<string, ContainerRecord>();
      await forEach(context, await expandContainers(engine, names), (name) => {
        const record = findLogged(engine, name);
        records.set(record.id, record);
      });
      const { stdout, stderr } = flags;
      const output = new LogOutput([...records.values()], {
        timestamps: flags.timestamps,
        prefix: flags.logPrefix,
        coloured: takesColour(flags.color),
        write: (stream, bytes) => writeToStream(stream, bytes, signal),
        notify: context.notify,
      });
      await readLogs(engine, [...records.values()], {
        ...flags,
        tail: flags.tail === Infinity ? undefined : flags.tail,
        streams: stdout === stderr ? ["stdout", "stderr"] : stdout ? ["stdout"] : ["stderr"],
        signal,
      }, output);
      signal.throwIfAborted();
    });
}

// Not undefined for all: commander takes that for a flag without a value.
function parseTail(text: string): number {
  if (text === "all" || text === "-1") return Infinity;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`Cannot use --tail '${text}': it is a number of lines, or 'all'`);
}
