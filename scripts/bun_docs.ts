/**
 * Writes docs/bun.schema.json and docs/bun.md, which are made of src/bunfile/schema.ts. With `--check` nothing
 * is written: it fails if one of them is not what would be written.
 */
import { bunJsonSchema } from "../src/bunfile/json_schema.ts";
import { bunReference } from "../src/bunfile/reference.ts";

const docs = new URL("../docs/", import.meta.url);

const pages: Record<string, string> = {
  "bun.schema.json": JSON.stringify(bunJsonSchema(), null, 2) + "\n",
  "bun.md": await format(bunReference()),
};

const check = Deno.args.includes("--check");
for (const [name, wanted] of Object.entries(pages)) {
  const file = new URL(name, docs);
  if (!check) {
    Deno.mkdirSync(docs, { recursive: true });
    Deno.writeTextFileSync(file, wanted);
  } else if (readIfThere(file) !== wanted) {
    console.error(`Error: docs/${name} is not what src/bunfile/schema.ts says`);
    console.error("hint: run ./scripts/deno run -A scripts/bun_docs.ts");
    Deno.exitCode = 1;
  }
}

function readIfThere(file: URL): string | undefined {
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
    cwd: new URL("..", import.meta.url),
  }).spawn();
  const output = process.output();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { success, stdout } = await output;
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}
