/** Markdown as roff, in the macros of man(7), which man-db and mandoc understand alike. */
import { type Block, readMarkdown } from "./markdown.ts";

/** Paragraphs and what else is below a heading; `##` begins a section, `###` one within it. */
export function roff(markdown: string): string {
  return readMarkdown(markdown).map(blockRoff).join("\n").replace(/^(\.S[HS] .*\n)\.PP\n/gm, "$1");
}

/** A text that is no Markdown, as it stands: what programs read keeps its dashes and quotes. */
export function literal(text: string): string {
  return escapeAll(text).replaceAll("-", "\\-");
}

/** `.SH NAME` */
export function sectionHeading(title: string): string {
  return `.SH ${quoted(title.toUpperCase())}`;
}

function blockRoff(block: Block): string {
  switch (block.kind) {
    case "heading":
      return block.level <= 2 ? sectionHeading(block.text) : `.SS ${quoted(block.text)}`;
    case "paragraph":
      return `.PP\n${lines(inline(block.text))}`;
    case "list":
      return block.items
        .map((item, i) => `.IP ${block.isOrdered ? `${i + 1}.` : "\\(bu"} 4\n${lines(inline(item))}`).join(
          "\n",
        );
    case "code":
      return [".PP", ".RS 4", ".EX", ...block.lines.map((line) => guarded(literal(line))), ".EE", ".RE"].join(
        "\n",
      );
    case "table":
      return block.rows.map((cells) => tableRow(block.head, cells)).join("\n");
  }
}

// Two columns are a term and its meaning. Of more, the head's words go before the cells that they stand above.
function tableRow(head: string[], [term, ...cells]: string[]): string {
  const meanings = cells.map((cell, i) =>
    cells.length === 1 || !head[i + 1] ? cell : `${head[i + 1]}: ${cell}`
  );
  return [".TP", lines(inline(term)), lines(meanings.map(inline).join("\n.br\n"))].join("\n");
}

/** Code is bold, and in it what stands for something else (`<file>`) is underlined, as emphasis is. */
function inline(text: string): string {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\b_[^_]+_\b|\[[^\]]+\]\([^)]+\))/).map((part) => {
    if (/^`.+`$/.test(part)) return code(part.slice(1, -1));
    if (/^\*\*.+\*\*$/.test(part)) return `\\fB${escapeAll(part.slice(2, -2))}\\fR`;
    if (/^_.+_$/.test(part)) return `\\fI${escapeAll(part.slice(1, -1))}\\fR`;
    const [, label] = /^\[(.+)\]\(.+\)$/.exec(part) ?? [];
    if (label !== undefined) return inline(label);
    return escapeAll(part.replace(/\\([^\w\s])/g, "$1"));
  }).join("");
}

function code(text: string): string {
  return `\\fB${literal(text).replace(/<([^>]+)>/g, "\\fI$1\\fB")}\\fR`;
}

/** Characters that roff, or a terminal's typography, would take for something else. */
const ESCAPES: Record<string, string> = {
  "\\": "\\e",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq",
  "…": "...",
};

function escapeAll(text: string): string {
  return text.replace(/[^\x20-\x7e]|[\\'`^~"]/g, (character) => ESCAPES[character] ?? unicode(character));
}

function unicode(character: string): string {
  return `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** A sentence a line: roff sets the space after it. */
function lines(text: string): string {
  return text.replace(/\. (?=[A-Z\\])/g, ".\n").split("\n").map(guarded).join("\n");
}

/** A dot or a quote at the beginning of a line would be a request. */
function guarded(line: string): string {
  return /^[.']/.test(line) && !/^\.br$/.test(line) ? `\\&${line}` : line;
}

function quoted(text: string): string {
  return `"${escapeAll(text)}"`;
}
