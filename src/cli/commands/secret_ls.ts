/** `budgie secret ls`. */
import type { Command } from "@commander-js/extra-typings";
import { listSecrets } from "../../engine/secret/look.ts";
import type { CliContext } from "../context.ts";
import { secretFilter } from "../listing/secret_filter.ts";
import { SECRET_HEADERS, secretRow } from "../listing/secret_row.ts";
import { list } from "../options/list.ts";
import { renderTable } from "../output/table.ts";

const COLUMNS = ["ID", "Name", "CreatedAt", "UpdatedAt"] as const;

export function defineSecretLs(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option(
      "-f, --filter <filter>",
      "only what fits key=value: name=db, label=tier, id=3f2",
      list(String),
      [],
    )
    .option("--format <format>", "'json', a Go template, or 'table' and a template")
    .option("-q, --quiet", "only IDs", false)
    .addHelpText("after", "\nExample:\n  budgie secret ls --format '{{.Name}} {{.UpdatedAt}}'")
    .action(async ({ filter, format, quiet }) => {
      const fits = secretFilter(filter);
      const { secrets, problems } = await listSecrets(await context.engine());
      const now = Date.now();
      const rows = secrets.filter(fits).map((secret) => secretRow(secret, now));
      const text = await render(rows, { format, quiet });
      if (text !== "") context.print(text);
      for (const problem of problems) context.report(problem);
    });
}

async function render(
  rows: ReturnType<typeof secretRow>[],
  { format, quiet }: { format?: string; quiet: boolean },
): Promise<string> {
  if (format && format !== "table") {
    const { formatRows } = await import("../output/format.ts");
    return await formatRows(rows, format, SECRET_HEADERS);
  }
  if (quiet) return rows.map(({ ID }) => ID).join("\n");
  return await renderTable([
    COLUMNS.map((column) => SECRET_HEADERS[column]),
    ...rows.map((row) => COLUMNS.map((column) => row[column])),
  ]);
}
