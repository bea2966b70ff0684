/**
 * `deno task docs`: writes what is made of definitions in src/, so that nothing is said twice: docs/bun.schema.json and
 * docs/bun.md of src/bunfile/schema.ts, docs/configuration.md of src/config/schema.ts, docs/cli.md and the pages in
 * docs/man of the commands' help and src/cli/manual. With `--check` nothing is written: it fails if one of them is not
 * what would be written.
 */
import { bunJsonSchema } from "../src/bunfile/json_schema.ts";
import { bunReference } from "../src/bunfile/reference.ts";
import { createContext } from "../src/cli/context.ts";
import { wholeProgram } from "../src/cli/program.ts";
import { cliPage } from "../src/cli/reference/cli_page.ts";
import { manName, manPage } from "../src/cli/reference/man_page.ts";
import { commandPages } from "../src/cli/reference/page.ts";
import { configReference } from "../src/config/reference.ts";
import { ROOT } from "./root.ts";

const DOCS = `${ROOT}/docs`;

const commands = commandPages(await wholeProgram(createContext(() => {})));
const pages: Record<string, string> = {
  "bun.schema.json": JSON.stringify(bunJsonSchema(), null, 2) + "\n",
  "bun.md": await format(bunReference()),
  "configuration.md": await format(configReference()),
  "cli.md": await format(cliPage(commands)),
  ...Object.fromEntries(commands.map((page) => [`man/${manName(page)}.1`, manPage(page, commands)])),
};
const stale = Array.from(Deno.readDirSync(`${DOCS}/man`), ({ name }) => `man/${name}`)
  .filter((name) => !(name in pages));

if (Deno.args.includes("--check")) check();
else write();

function check(): void {
  const wrong = Object.keys(pages).filter((name) => readIfThere(`${DOCS}/${name}`) !== pages[name]);
  for (const name of [...wrong, ...stale]) {
    console.error(`Error: docs/${name} is not what the definitions in src/ say`);
    Deno.exitCode = 1;
  }
  if (Deno.exitCode !== 0) console.error("hint: run ./scripts/deno task docs");
}

function write(): void {
  for (const [name, text] of Object.entries(pages)) Deno.writeTextFileSync(`${DOCS}/${name}`, text);
  for (const name of stale) Deno.removeSync(`${DOCS}/${name}`);
}

function readIfThere(file: string): string | undefined {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** As `deno fmt` wants it, which checks all of docs/. */
async function format(markdown: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    cwd: ROOT,
  }).spawn();
  const output = process.output();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { success, stdout } = await output;
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}
