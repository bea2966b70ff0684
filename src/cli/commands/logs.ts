/** `budgie logs`. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import { readLogs } from "../../engine/logs.ts";
import { type CliContext, writeAll, writeOut } from "../context.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { parseTimeValue } from "../options/time_value.ts";

export function defineLogs(command: Command, context: CliContext): void {
  refuseFlags(command, ["--details"]);
  const time = (text: string) => parseTimeValue(text, Date.now());
  command
    .usage("[OPTIONS] CONTAINER")
    .argument("<container>", "name or ID")
    .option("-f, --follow", "go on until the container ends", false)
    .option("-n, --tail <lines>", "only so many of the last lines, or 'all'", parseTail)
    .option("--since <time>", "only what is newer: 10m, 2026-01-02T15:04:05Z, Unix seconds", time)
    .option("--until <time>", "only what is older", time)
    .option("-t, --timestamps", "begin each line with its time", false)
    .addHelpText("after", "\nExample:\n  budgie logs -f --tail 20 web")
    .action(async (container, flags) => {
      const tail = flags.tail === Infinity ? undefined : flags.tail;
      const options = { ...flags, tail, signal: context.signal() };
      await readLogs(await context.engine(), container, options, (stream, bytes) => {
        if (stream === "stdout") writeOut(bytes);
        else writeAll(Deno.stderr, bytes);
      });
      context.signal().throwIfAborted();
    });
}

// Not undefined for all: commander takes that for a flag without a value.
function parseTail(text: string): number {
  if (text === "all" || text === "-1") return Infinity;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`Cannot use --tail '${text}': it is a number of lines, or 'all'`);
}
