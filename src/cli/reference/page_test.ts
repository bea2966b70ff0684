import assert from "node:assert/strict";
import { createContext } from "../context.ts";
import { wholeProgram } from "../program.ts";
import { cliPage } from "./cli_page.ts";
import { manPage } from "./man_page.ts";
import { commandPages } from "./page.ts";

const pages = commandPages(await wholeProgram(createContext(() => {})));

function page(name: string) {
  const found = pages.find((page) => page.name === name);
  assert.ok(found, name);
  return found;
}

Deno.test("every command's help has an example", () => {
  for (const { name, examples } of pages) {
    assert.ok(examples.length > 0 && examples.every((line) => line.startsWith("budgie ")), name);
  }
});

Deno.test("every chapter of the manual belongs to a command", () => {
  const files = pages.map(({ name }) => name.split(" ").slice(1).join("_").replaceAll("-", "_") || "budgie");
  for (const { name } of Deno.readDirSync(new URL("../manual", import.meta.url))) {
    assert.ok(files.includes(name.replace(/\.md$/, "")), name);
  }
});

Deno.test("commandPages() has what exists in two places once, with its other names", () => {
  assert.equal(pages.some(({ name }) => name === "budgie container ls"), false);
  assert.deepEqual(page("budgie ps").synonyms, [
    "budgie ls",
    "budgie list",
    "budgie container ls",
    "budgie container ps",
    "budgie container list",
  ]);
  assert.deepEqual(page("budgie network rm").synonyms, ["budgie network remove"]);
  const listed = page("budgie container").commands.map(({ term }) => term);
  assert.ok(listed.includes("budgie ps") && listed.includes("budgie container prune"));
});

Deno.test("commandPages() says what the help says", () => {
  const { usage, options, args } = page("budgie network create");
  assert.equal(usage, "budgie network create [OPTIONS] NETWORK");
  assert.deepEqual(args, [{ term: "network", about: "name of the new network" }]);
  assert.ok(options.some(({ term, about }) => term === "--mtu <bytes>" && about !== ""));
  assert.equal(page("budgie create").options.some(({ term }) => term.includes("sig-proxy")), false);
});

Deno.test("cliPage() shows usage, flags, chapter and examples of a command, and links to it", () => {
  const text = cliPage(pages);
  assert.match(text, /^\| \[budgie kill\]\(#budgie-kill\) \| Kill /m);
  assert.match(text, /^### budgie kill\n\n```\nbudgie kill \[OPTIONS\] CONTAINER/m);
  assert.match(text, /^\| `-s, --signal <signal>` \| .*\(default: KILL\) \|$/m);
  assert.match(text, /^#### Published ports$/m);
  assert.match(text, /^budgie kill -s HUP web$/m);
});

Deno.test("manPage() has the usual sections in the usual order", () => {
  const sections = (name: string) =>
    manPage(page(name), pages).match(/^\.SH .*$/gm)!.map((line) => line.slice(4));
  assert.deepEqual(sections("budgie rmi").map((title) => title.replaceAll('"', "")), [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "ARGUMENTS",
    "OPTIONS",
    "EXIT STATUS",
    "EXAMPLES",
    "OTHER NAMES",
    "SEE ALSO",
  ]);
  const whole = sections("budgie").join(" ");
  assert.match(whole, /"EXIT STATUS" "ENVIRONMENT" "FILES" "EXAMPLES"/);
  assert.equal(sections("budgie run").filter((title) => title === '"EXIT STATUS"').length, 1);
});

Deno.test("manPage() of budgie has every setting's variable and every place of the configuration", () => {
  const text = manPage(page("budgie"), pages);
  assert.match(text, /^\\fBBUDGIE_LOG_MAX_SIZE\\fR$/m);
  assert.match(text, /\\fB\/etc\/budgie\/budgie.yaml\\fR/);
});
