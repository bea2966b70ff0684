/** docs/cli.md: the whole command line on one page, in Markdown. */
import { writeTable } from "../../base/markdown_table.ts";
import { plain } from "./markdown.ts";
import type { CommandPage, Line } from "./page.ts";
import { variables } from "./surroundings.ts";

/** @param pages all of them, `budgie` itself first */
export function cliPage([own, ...pages]: readonly CommandPage[]): string {
  const sections = pages.toSorted((one, other) => one.name < other.name ? -1 : 1);
  return [
    "<!-- Made by scripts/docs.ts from the help and src/cli/manual. Do not edit. -->",
    "# The command line",
    own.manual,
    "## Environment",
    writeTable(["Variable", ""], variables().map(({ term, about }) => [term, about])),
    "## Before the command",
    usage(own),
    ...lines("Flag", own.options),
    code(own.examples),
    "## Commands",
    ...lines("Command", own.commands, linked),
    ...sections.map(section),
  ].join("\n\n") + "\n";
}

function section(page: CommandPage): string {
  const [introduction, ...sections] = page.manual.split(/^(?=## )/m);
  const also = page.synonyms.map((name) => `\`${name}\``).join(", ");
  return [
    `### ${page.name}`,
    usage(page),
    `${plain(page.summary)}.${also && ` Also ${also}.`}`,
    ...lines("Command", page.commands, linked),
    ...lines("Argument", page.args),
    ...lines("Flag", page.options),
    introduction,
    code(page.examples),
    ...sections.map((section) => section.replace(/^##/gm, "####")),
  ].filter((part) => part !== "").join("\n\n");
}

function usage({ usage }: CommandPage): string {
  return code([usage]);
}

function code(lines: string[]): string {
  return ["```", ...lines, "```"].join("\n");
}

function lines(kind: string, all: Line[], show = (term: string) => `\`${term}\``): string[] {
  if (all.length === 0) return [];
  return [writeTable([kind, ""], all.map(({ term, about }) => [show(term), plain(about)]))];
}

/** As the page's own anchors are called. */
function linked(name: string): string {
  return `[${name}](#${name.replaceAll(" ", "-")})`;
}
