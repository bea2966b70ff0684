/** `budgie events`. */
import type { Command } from "@commander-js/extra-typings";
import { readEvents } from "../../store/event_log.ts";
import type { Event } from "../../store/events.ts";
import type { CliContext } from "../context.ts";
import { eventFilter } from "../listing/event_filter.ts";
import { eventFields, eventText } from "../listing/event_row.ts";
import { list } from "../options/list.ts";
import { parseTimeValue } from "../options/time_value.ts";
import { printable } from "../output/printable.ts";

export function defineEvents(command: Command, context: CliContext): void {
  const time = (text: string) => parseTimeValue(text, Date.now());
  command
    .usage("[OPTIONS]")
    .option("--since <time>", "begin with what happened then: 10m, 2026-01-02T15:04:05Z, Unix seconds", time)
    .option("--until <time>", "end with what happened then", time)
    .option(
      "-f, --filter <filter>",
      "only what fits key=value: container=web, event=die, type=image…",
      list(String),
      [],
    )
    .option("--format <format>", "'json', or a Go template")
    .addHelpText("after", "\nExample:\n  budgie events --since 1h --filter event=die")
    .action(async ({ since, until, filter, format }) => {
      const fits = eventFilter(filter);
      const line = await lineFormat(format);
      const { paths } = await context.engine();
      const period = { since: since?.getTime(), until: until?.getTime() };
      for await (const event of readEvents(paths, period, context.signal())) {
        if (fits(event)) context.print(line(event));
      }
      context.signal().throwIfAborted();
    });
}

async function lineFormat(format: string | undefined): Promise<(event: Event) => string> {
  if (!format) return (event) => printable(eventText(event));
  if (format.trim() === "json") return (event) => JSON.stringify(eventFields(event));
  const { parseTemplate } = await import("../../base/template/mod.ts");
  const template = parseTemplate(format);
  return (event) => template.execute(eventFields(event));
}
