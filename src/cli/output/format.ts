/** `--format`: a table, JSON, or a Go template (docker's "Formatting"). Loaded only when the flag is given. */
import { parseTemplate } from "../../base/template/mod.ts";
import { renderTable } from "./table.ts";

/** One row of a listing: what a template can name. Functions are methods such as `.Label "k"`. */
export type Row = Record<string, unknown>;

/** Column titles by field name, as `{ ID: "CONTAINER ID" }`. */
export type Headers = Record<string, string>;

/**
 * A listing in the user's format, without a new line at the end: `json` gives one object a line,
 * `table TEMPLATE` aligns at tabs under a header, anything else is executed for each row.
 * @throws TemplateError for a field that rows do not have
 */
export async function formatRows(rows: Row[], format: string, headers: Headers): Promise<string> {
  const wanted = format.trim();
  if (wanted === "json") return rows.map((row) => JSON.stringify(sorted(row))).join("\n");
  if (!/^table\s/.test(wanted)) {
    const template = parseTemplate(format);
    return rows.map((row) => template.execute(row)).join("\n");
  }
  const template = parseTemplate(wanted.slice("table".length).trim());
  const lines = [template.execute(headerRow(headers)), ...rows.map((row) => template.execute(row))];
  return await renderTable(lines.flatMap((line) => line.split("\n")).map((line) => line.split("\t")));
}

/** One thing in the user's format: `json`, or a template. */
export function formatOne(thing: unknown, format: string): string {
  return format.trim() === "json" ? JSON.stringify(thing) : parseTemplate(format).execute(thing);
}

// `{{.Label "com.example.tier"}}` in a table is headed by the label's last part.
function headerRow(headers: Headers): Row {
  return { ...headers, Label: (key: string) => key.split(".").at(-1) };
}

function sorted(row: Row): Row {
  const fields = Object.entries(row).filter(([, value]) => typeof value !== "function");
  return Object.fromEntries(fields.sort(([a], [b]) => a < b ? -1 : 1));
}
