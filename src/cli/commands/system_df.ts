/** `budgie system df`. */
import type { Command } from "@commander-js/extra-typings";
import { formatDecimalSize } from "../../base/units.ts";
import { type DiskUse, diskUse } from "../../engine/disk_use.ts";
import type { CliContext } from "../context.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { renderTable } from "../output/table.ts";

const HEADERS = {
  Type: "TYPE",
  TotalCount: "TOTAL",
  Active: "ACTIVE",
  Size: "SIZE",
  Reclaimable: "RECLAIMABLE",
};

export function defineSystemDf(command: Command, context: CliContext): void {
  refuseFlags(command, ["-v, --verbose"]);
  command
    .usage("[OPTIONS]")
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .addHelpText("after", "\nExample:\n  budgie system df")
    .action(async ({ format }) => {
      const { images, containers, volumes } = diskUse(await context.engine());
      const rows = [
        diskUseRow("Images", images),
        diskUseRow("Containers", containers),
        diskUseRow("Local Volumes", volumes),
      ];
      context.print(await render(rows, format));
    });
}

function diskUseRow(type: string, { total, active, sizeBytes, reclaimableBytes }: DiskUse) {
  const percent = sizeBytes > 0 ? ` (${Math.floor(100 * reclaimableBytes / sizeBytes)}%)` : "";
  return {
    Type: type,
    TotalCount: String(total),
    Active: String(active),
    Size: formatDecimalSize(sizeBytes),
    Reclaimable: formatDecimalSize(reclaimableBytes) + percent,
  };
}

async function render(rows: ReturnType<typeof diskUseRow>[], format: string | undefined): Promise<string> {
  if (format && format !== "table") {
    const { formatRows } = await import("../output/format.ts");
    return await formatRows(rows, format, HEADERS);
  }
  return await renderTable([Object.values(HEADERS), ...rows.map((row) => Object.values(row))]);
}
