/** A command's page of the manual, section 1, in roff. */
import { writeTable } from "../../base/markdown_table.ts";
import { plain } from "./markdown.ts";
import type { CommandPage, Line } from "./page.ts";
import { literal, roff, sectionHeading } from "./roff.ts";
import { files, variables } from "./surroundings.ts";

/** What every command ends with, unless its chapter says more. */
const EXIT_STATUS = `## Exit status

${
  writeTable(["Code", ""], [
    ["0", "done"],
    ["1", "it could not be done, or not for all that was named"],
    ["125", "a flag or a value is wrong"],
    ["130", "interrupted"],
  ])
}
`;

/** `budgie-network-create` */
export function manName({ name }: CommandPage): string {
  return dashed(name);
}

/** The whole page. @param pages all of them: a page names its neighbours */
export function manPage(page: CommandPage, pages: readonly CommandPage[]): string {
  const [introduction, ...sections] = page.manual.split(/^(?=## )/m);
  const exit = sections.find((section) => section.startsWith("## Exit status")) ?? EXIT_STATUS;
  const isWhole = page.name === "budgie";
  return [
    `.\\" Made by scripts/docs.ts from the help and src/cli/manual. Do not edit.`,
    `.TH ${manName(page).toUpperCase()} 1 "" budgie "budgie manual"`,
    sectionHeading("Name"),
    `${literal(manName(page))} \\- ${literal(lowerFirst(page.summary))}`,
    sectionHeading("Synopsis"),
    synopsis(page),
    roff(`## Description\n\n${plain(page.summary)}.\n\n${introduction}`),
    ...list("Commands", page.commands, ({ term }) => `\`${dashed(term)}\`(1)`),
    ...list("Arguments", page.args),
    ...list("Options", page.options),
    ...sections.filter((section) => section !== exit).map(roff),
    roff(exit),
    ...(isWhole ? [table("Environment", variables()), table("Files", files())] : []),
    roff(["## Examples\n", "```", ...page.examples, "```"].join("\n")),
    ...otherNames(page),
    sectionHeading("See also"),
    neighbours(page, pages).join(",\n"),
  ].filter((part) => part !== "").join("\n") + "\n";
}

// Words in capitals stand for something else; what remains is typed as it is.
function synopsis({ name, usage }: CommandPage): string {
  const rest = literal(usage.slice(name.length)).replace(/[A-Z][A-Z_]+/g, "\\fI$&\\fR");
  return `\\fB${literal(name)}\\fR${rest}`;
}

function list(title: string, lines: Line[], show = ({ term }: Line) => `\`${term}\``): string[] {
  if (lines.length === 0) return [];
  return [table(title, lines.map((line) => ({ term: show(line), about: plain(line.about) })))];
}

function table(title: string, rows: { term: string; about: string }[]): string {
  return roff(`## ${title}\n\n${writeTable(["", ""], rows.map(({ term, about }) => [term, about]))}`);
}

function otherNames({ synonyms }: CommandPage): string[] {
  if (synonyms.length === 0) return [];
  return [roff(`## Other names\n\n${synonyms.map((name) => `\`${name}\``).join(", ")}`)];
}

/** The page above, and those beside this one in its group; of the whole, the programs that it calls. */
function neighbours(page: CommandPage, pages: readonly CommandPage[]): string[] {
  if (page.name === "budgie") {
    return [pageReference("crun"), pageReference("runc", 8), pageReference("nft", 8)];
  }
  const group = page.name.split(" ").slice(0, -1).join(" ");
  if (group === "budgie") return [pageReference("budgie")];
  const beside = pages.filter(({ name }) => name.startsWith(`${group} `) && name !== page.name);
  return ["budgie", group, ...beside.map(({ name }) => name)].map((name) => pageReference(name));
}

function pageReference(name: string, section = 1): string {
  return `\\fB${literal(dashed(name))}\\fR(${section})`;
}

function dashed(name: string): string {
  return name.replaceAll(" ", "-");
}

function lowerFirst(text: string): string {
  return text[0].toLowerCase() + text.slice(1);
}
