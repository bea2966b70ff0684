/** `budgie history`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotFoundError } from "../../base/errors.ts";
import { formatDecimalSize } from "../../base/units.ts";
import { findImage } from "../../image/find.ts";
import { type HistoryStep, imageHistory } from "../../image/history.ts";
import type { CliContext } from "../context.ts";
import { renderTable } from "../output/table.ts";
import { formatAgo } from "../output/time.ts";

const SHORT_ID = 12;
const MISSING = "<missing>";
/** Characters of a step's command, unless it is not cut. */
const CREATED_BY_WIDTH = 45;

const HEADERS = {
  ID: "IMAGE",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  CreatedBy: "CREATED BY",
  Size: "SIZE",
  Comment: "COMMENT",
};

interface HistoryFlags {
  format?: string;
  human: boolean;
  trunc: boolean;
  quiet: boolean;
}

export function defineHistory(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] IMAGE")
    .argument("<image>", "reference or ID")
    .option("-H, --human", "sizes and times for people; bytes and dates with --human=false", true)
    .addOption(new Option("--no-human").hideHelp())
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .option("--no-trunc", "do not shorten IDs and commands")
    .option("-q, --quiet", "only IDs", false)
    .addHelpText("after", "\nExample:\n  budgie history --no-trunc nginx")
    .action(async (name, flags) => {
      const { paths } = await context.engine();
      const image = findImage(paths, name);
      if (!image) throw new NotFoundError("image", name);
      const rows = imageHistory(paths, image).map((step) => historyRow(step, flags));
      const text = await render(rows, flags);
      if (text !== "") context.print(text);
    });
}

function historyRow({ id, createdAt, createdBy, comment, sizeBytes }: HistoryStep, flags: HistoryFlags) {
  const command = createdBy.replace(/\s+/g, " ");
  const isLong = flags.trunc && command.length > CREATED_BY_WIDTH;
  return {
    ID: (flags.trunc ? id?.slice("sha256:".length).slice(0, SHORT_ID) : id) ?? MISSING,
    CreatedSince: createdAt === undefined
      ? "N/A"
      : flags.human
      ? formatAgo(createdAt, Date.now())
      : createdAt,
    CreatedAt: createdAt ?? "N/A",
    CreatedBy: isLong ? `${command.slice(0, CREATED_BY_WIDTH - 1)}…` : command,
    Size: flags.human ? formatDecimalSize(sizeBytes) : String(sizeBytes),
    Comment: comment,
  };
}

async function render(rows: ReturnType<typeof historyRow>[], flags: HistoryFlags): Promise<string> {
  const { format, quiet } = flags;
  if (format && format !== "table") {
    const { formatRows } = await import("../output/format.ts");
    return await formatRows(rows, format, HEADERS);
  }
  if (quiet) return rows.map(({ ID }) => ID).join("\n");
  const columns = ["ID", "CreatedSince", "CreatedBy", "Size", "Comment"] as const;
  return await renderTable([
    columns.map((column) => HEADERS[column]),
    ...rows.map((row) => columns.map((column) => row[column])),
  ]);
}
