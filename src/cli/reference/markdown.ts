/** Markdown, as far as the reference pages use it: read into blocks. */

export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "list"; isOrdered: boolean; items: string[] }
  | { kind: "code"; lines: string[] }
  | { kind: "table"; head: string[]; rows: string[][] };

/** The blocks of a text. Texts in them have their line ends taken out, but are Markdown still. */
export function readMarkdown(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  while (lines.length > 0) {
    const line = lines[0];
    if (line.trim() === "") lines.shift();
    else if (line.startsWith("```")) blocks.push(readCode(lines));
    else if (line.startsWith("|")) blocks.push(readTable(lines));
    else if (/^#+ /.test(line)) blocks.push(readHeading(lines.shift()!));
    else if (ITEM.test(line)) blocks.push(readList(lines));
    else blocks.push({ kind: "paragraph", text: joined(takeWhile(lines, isText)) });
  }
  return blocks;
}

/** Plain text, so that it means itself. */
export function plain(text: string): string {
  return text.replace(/[\\`*<]/g, "\\$&");
}

const ITEM = /^(?:- |(\d)\. )/;

function isText(line: string): boolean {
  return line.trim() !== "" && !/^(```|\||#+ )/.test(line) && !ITEM.test(line);
}

function readCode(lines: string[]): Block {
  lines.shift();
  const code = takeWhile(lines, (line) => !line.startsWith("```"));
  lines.shift();
  return { kind: "code", lines: code };
}

function readTable(lines: string[]): Block {
  const cells = (line: string) =>
    line.replace(/^\| ?|\|\s*$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
  const [head, , ...rows] = takeWhile(lines, (line) => line.startsWith("|")).map(cells);
  return { kind: "table", head, rows };
}

function readHeading(line: string): Block {
  const [, marks, text] = /^(#+) (.*)$/.exec(line)!;
  return { kind: "heading", level: marks.length, text };
}

function readList(lines: string[]): Block {
  const isOrdered = ITEM.exec(lines[0])![1] !== undefined;
  const items: string[] = [];
  while (ITEM.test(lines[0] ?? "")) {
    const first = lines.shift()!.replace(ITEM, "");
    items.push(joined([first, ...takeWhile(lines, (line) => line.startsWith("  "))]));
  }
  return { kind: "list", isOrdered, items };
}

function takeWhile(lines: string[], fits: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !fits(line));
  return lines.splice(0, end === -1 ? lines.length : end);
}

function joined(lines: string[]): string {
  return lines.map((line) => line.trim()).join(" ");
}
