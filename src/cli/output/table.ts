/** Plain columns as docker draws them: no borders, nothing cut off by the terminal's width. */

/** Columns are at least 10 wide and 3 apart (docker's tabwriter settings). */
const MINIMUM_WIDTH = 10;
const PADDING = 3;

/**
 * Lines of a table, without a new line at the end; the first row is usually the header. The last cell of a row
 * is not padded.
 */
export async function renderTable(rows: string[][]): Promise<string> {
  const width = await widthFor(rows);
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? MINIMUM_WIDTH, width(cell) + PADDING);
    }
  }
  return rows.map((row) =>
    row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + " ".repeat(widths[column] - width(cell))
    ).join("")
  ).join("\n");
}

// Wide characters and combining ones need string-width; nearly every table is without.
async function widthFor(rows: string[][]): Promise<(text: string) => number> {
  const simple = /^[\x20-\x7e…]*$/;
  if (rows.every((row) => row.every((cell) => simple.test(cell)))) return (text) => text.length;
  const { default: stringWidth } = await import("string-width");
  return stringWidth;
}
