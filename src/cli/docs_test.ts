import assert from "node:assert/strict";
import { COMMANDS } from "./commands.ts";
import { createContext } from "./context.ts";
import { wholeProgram } from "./program.ts";

// `deno fmt` fills tables with spaces.
const PAGE = Deno.readTextFileSync(new URL("../../docs/cli.md", import.meta.url)).replace(/ {2,}/g, " ");

/** The part of the page about one command. */
function section(name: string): string {
  const start = PAGE.indexOf(`### budgie ${name}\n`);
  assert.notEqual(start, -1, `docs/cli.md has no section 'budgie ${name}'`);
  const end = PAGE.indexOf("\n### ", start + 1);
  return PAGE.slice(start, end === -1 ? undefined : end);
}

const program = await wholeProgram(createContext(() => {}));
const commands = program.commands.filter((command) => command.commands.length === 0);

Deno.test("docs/cli.md has every command with its usage and what its help says", () => {
  for (const command of commands) {
    const text = section(command.name());
    assert.ok(text.includes(`budgie ${command.name()} ${command.usage()}`), command.name());
    assert.ok(text.includes(command.description()), command.name());
    for (const alias of command.aliases()) assert.ok(text.includes(`\`${alias}\``), alias);
  }
});

Deno.test("docs/cli.md has every flag of the help, in its words", () => {
  for (const command of commands) {
    const text = section(command.name());
    for (const option of command.options.filter((option) => !option.hidden)) {
      const row = `| \`${option.flags}\` | ${option.description}`;
      assert.ok(text.includes(row), `'budgie ${command.name()}' lacks: ${row}`);
    }
  }
});

Deno.test("docs/cli.md has no flag that the help lacks", () => {
  for (const command of commands) {
    const rows = section(command.name()).match(/^\| `-[^`]*`/gm) ?? [];
    const known = new Set(
      command.options.filter(({ hidden }) => !hidden).map(({ flags }) => `| \`${flags}\``),
    );
    for (const row of rows) assert.ok(known.has(row), `budgie ${command.name()}: ${row}`);
  }
});

Deno.test("every command's help has an example", () => {
  for (const command of [...commands, ...program.commands.flatMap((group) => group.commands)]) {
    let help = "";
    command.configureOutput({ writeOut: (text) => help += text });
    command.outputHelp();
    assert.match(help, /\nExamples?:\n {2}budgie /, command.name());
  }
  assert.equal(commands.length + 2, COMMANDS.length);
});
