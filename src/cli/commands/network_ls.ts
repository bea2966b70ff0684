/** `budgie network ls`. */
import type { Command } from "@commander-js/extra-typings";
import { listNetworks } from "../../engine/network/list_networks.ts";
import { networkHost } from "../../engine/network/network_host.ts";
import type { CliContext } from "../context.ts";
import { networkFilter } from "../listing/network_filter.ts";
import { NETWORK_HEADERS, networkRow } from "../listing/network_row.ts";
import { list } from "../options/list.ts";
import { renderTable } from "../output/table.ts";

const COLUMNS = ["ID", "Name", "Driver", "Scope"] as const;

export function defineNetworkLs(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option(
      "-f, --filter <filter>",
      "only what fits key=value: driver=bridge, name=front, dangling=true…",
      list(String),
      [],
    )
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .option("--no-trunc", "do not shorten IDs")
    .option("-q, --quiet", "only IDs", false)
    .addHelpText(
      "after",
      "\nExample:\n  budgie network ls --filter type=custom --format '{{.Name}} {{.Driver}}'",
    )
    .action(async ({ filter, format, trunc, quiet }) => {
      const fits = networkFilter(filter);
      const engine = await context.engine();
      const host = await networkHost((message) => context.notify(`Warning: ${message}`));
      const rows = listNetworks(engine, host).filter(fits).map((view) =>
        networkRow(view, { truncate: trunc })
      );
      const text = await render(rows, { format, quiet });
      if (text !== "") context.print(text);
    });
}

async function render(
  rows: ReturnType<typeof networkRow>[],
  { format, quiet }: { format?: string; quiet: boolean },
): Promise<string> {
  if (format && format !== "table") {
    const { formatRows } = await import("../output/format.ts");
    return await formatRows(rows, format, NETWORK_HEADERS);
  }
  if (quiet) return rows.map(({ ID }) => ID).join("\n");
  return await renderTable([
    COLUMNS.map((column) => NETWORK_HEADERS[column]),
    ...rows.map((row) => COLUMNS.map((column) => row[column])),
  ]);
}
