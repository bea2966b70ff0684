/** `budgie ps`: the hottest listing, so what it rarely needs is loaded late. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import { type ContainerView, isUp } from "../../engine/view.ts";
import type { Engine } from "../../engine/engine.ts";
import { findContainer, listContainers } from "../../engine/list.ts";
import { shownNetworks } from "../../engine/network/shown_networks.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { readState, type State } from "../../store/state.ts";
import type { CliContext } from "../context.ts";
import { CONTAINER_HEADERS, containerRow } from "../listing/container_row.ts";
import { list } from "../options/list.ts";
import { wholeNumber } from "../options/number.ts";
import { renderTable } from "../output/table.ts";

const EXAMPLES = `
Examples:
  budgie ps -a --filter status=exited --format '{{.ID}}: {{.Names}}'
  budgie ps -a ./shop/`;

interface PsFlags {
  all: boolean;
  filter: string[];
  format?: string;
  last?: number;
  latest: boolean;
  trunc: boolean;
  quiet: boolean;
  size: boolean;
}

export function definePs(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] [FILE.bun|FOLDER...]")
    .argument("[file...]", "only the containers of these .bun files, or folders of them")
    .option("-a, --all", "show stopped containers too", false)
    .option("-f, --filter <filter>", "only what fits key=value: name=web, status=exited…", list(String), [])
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .option("-n, --last <number>", "so many of the newest ones, in any state", wholeNumber("--last", -1))
    .option("-l, --latest", "the newest one, in any state", false)
    .option("--no-trunc", "do not shorten IDs, commands and reasons")
    .option("-q, --quiet", "only IDs", false)
    .option("-s, --size", "show the size of what each container wrote", false)
    .addHelpText("after", EXAMPLES)
    .action(async (files, flags) => {
      const engine = await context.engine();
      const text = await render(engine, await selected(engine, files, flags), flags);
      if (text !== "") context.print(text);
    });
}

/** What the words and flags ask for, newest first. */
async function selected(engine: Engine, files: string[], flags: PsFlags): Promise<ContainerView[]> {
  const { all, filter, last, latest } = flags;
  let views = listContainers(engine);
  if (files.length > 0) {
    const names = await describedNames(engine, files);
    views = views.filter(({ record }) => names.has(record.name));
  }
  if (filter.length > 0) {
    const { containerFilter } = await import("../listing/container_filter.ts");
    const { findImage } = await import("../../image/find.ts");
    const fits = containerFilter(filter, {
      find: (name) => findContainer(engine, name),
      layersOf: (image) => findImage(engine.paths, image)?.diffIDs,
      networksOf: networkLookup(engine),
    });
    views = views.filter(fits);
  }
  const newest = latest ? 1 : last ?? -1;
  if (newest > 0) return views.slice(0, newest);
  // Asking for a state, or for how it ended, asks for stopped ones too.
  const anyState = all || filter.some((text) => /^(status|exited)=/.test(text));
  return anyState ? views : views.filter((view) => isUp(view) || view.status === "restarting");
}

async function describedNames(engine: Engine, files: string[]): Promise<Set<string>> {
  const { isBunWord } = await import("../options/bun_file_name.ts");
  const { expandContainers } = await import("../options/container_words.ts");
  const other = files.find((word) => !isBunWord(word));
  if (other !== undefined) {
    throw new UsageError(`Cannot list '${other}': it is no .bun file or folder`, {
      hint: `Write 'budgie ps --filter name=${other}' for a container, './${other}' for a folder`,
    });
  }
  return new Set(await expandContainers(engine, files));
}

async function render(engine: Engine, views: ContainerView[], flags: PsFlags): Promise<string> {
  if (flags.quiet && !flags.format) {
    return views.map(({ record }) => flags.trunc ? record.id.slice(0, 12) : record.id).join("\n");
  }
  const withSize = flags.size || /\.Size\b/.test(flags.format ?? "");
  const size = withSize ? await sizeText(engine) : () => "0B";
  const networksOf = networkLookup(engine);
  const networkNames = (record: ContainerRecord) => networksOf(record).map(({ name }) => name);
  const rows = views.map((view) =>
    containerRow(view, { now: Date.now(), truncate: flags.trunc, size, networkNames })
  );
  if (flags.format && flags.format !== "table") {
    const { formatRows } = await import("../output/format.ts");
    return await formatRows(rows, flags.format, CONTAINER_HEADERS);
  }
  const columns = ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"] as const;
  const shown = flags.size ? [...columns, "Size" as const] : columns;
  return await renderTable([
    shown.map((column) => CONTAINER_HEADERS[column]),
    ...rows.map((row) => shown.map((column) => row[column])),
  ]);
}

/** The state is read when the first name is wanted. */
function networkLookup(engine: Engine): (record: ContainerRecord) => { id: string; name: string }[] {
  let state: State | undefined;
  return (record) => shownNetworks(state ??= readState(engine.paths), record);
}

async function sizeText(engine: Engine): Promise<(record: ContainerRecord) => string> {
  const { containerSize } = await import("../../engine/describe.ts");
  const { formatDecimalSize } = await import("../../base/units.ts");
  return (record) => {
    const { rw, rootfs } = containerSize(engine, record);
    return `${formatDecimalSize(rw)} (virtual ${formatDecimalSize(rootfs)})`;
  };
}
