/** `budgie stats`: a table that is drawn anew each second. */
import type { Command } from "@commander-js/extra-typings";
import { NotFoundError } from "../../base/errors.ts";
import { sleep } from "../../base/sleep.ts";
import type { Engine } from "../../engine/engine.ts";
import { findContainer, listContainers } from "../../engine/list.ts";
import { readUsage, type Usage } from "../../engine/cgroup/usage.ts";
import { type ContainerView, isUp } from "../../engine/view.ts";
import type { CliContext } from "../context.ts";
import { STATS_HEADERS, statsRow, type StatsSamples } from "../listing/stats_row.ts";
import { formatRows } from "../output/format.ts";
import { renderTable } from "../output/table.ts";

const INTERVAL_MS = 1000;
/** ECMA-48: to the first column of the first line, and clear from there on. */
const HOME_AND_CLEAR = "\x1b[H\x1b[J";

interface StatsFlags {
  all: boolean;
  format?: string;
  stream: boolean;
  trunc: boolean;
}

export function defineStats(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] [CONTAINER...]")
    .argument("[container...]", "names or IDs; all that run, if there are none")
    .option("-a, --all", "show stopped containers too", false)
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .option("--no-stream", "show them once, and end")
    .option("--no-trunc", "do not shorten IDs")
    .addHelpText("after", "\nExample:\n  budgie stats --no-stream --format '{{.Name}}: {{.MemUsage}}'")
    .action(async (containers, flags) => {
      const engine = await context.engine();
      const ids = containers.map((name) => findContainer(engine, name).record.id);
      const look = () => containers.length > 0 ? stillThere(engine, ids) : running(engine, flags);
      await showAll(context, look, { ...flags, endless: containers.length === 0 });
    });
}

/** The first table comes after an interval, which CPU % needs. @param flags.endless also while there are none */
async function showAll(
  context: CliContext,
  look: () => ContainerView[],
  flags: StatsFlags & { endless: boolean },
): Promise<void> {
  const redraw = flags.stream && !flags.format && Deno.stdout.isTerminal();
  let before = sample(look());
  do {
    await sleep(INTERVAL_MS, context.signal());
    const now = sample(look(), before);
    const text = await render(now, flags);
    if (redraw) context.write(`${HOME_AND_CLEAR}${text}\n`);
    else if (text !== "") context.print(text);
    before = now;
  } while (flags.stream && (flags.endless || before.length > 0));
}

function running(engine: Engine, { all }: StatsFlags): ContainerView[] {
  return listContainers(engine).filter((view) => all || isUp(view));
}

function stillThere(engine: Engine, ids: string[]): ContainerView[] {
  return ids.flatMap((id) => {
    try {
      return [findContainer(engine, id)];
    } catch (error) {
      if (error instanceof NotFoundError) return [];
      throw error;
    }
  });
}

function sample(views: ContainerView[], before: StatsSamples[] = []): StatsSamples[] {
  const earlier = new Map(before.map(({ view, now }) => [view.record.id, now]));
  return views.map((view) => ({ view, before: earlier.get(view.record.id), now: usageOf(view) }));
}

function usageOf(view: ContainerView): Usage | undefined {
  if (!isUp(view)) return undefined;
  return readUsage(view.pid, {
    hostMemoryBytes: Deno.systemMemoryInfo().total,
    ownNetwork: !["host", "container"].includes(view.record.options.network),
  });
}

async function render(samples: StatsSamples[], { format, trunc }: StatsFlags): Promise<string> {
  const rows = samples.map((each) => statsRow(each, { truncate: trunc }));
  if (format && format !== "table") return await formatRows(rows, format, STATS_HEADERS);
  const columns = ["ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs"] as const;
  return await renderTable([
    columns.map((column) => STATS_HEADERS[column]),
    ...rows.map((row) => columns.map((column) => row[column])),
  ]);
}
