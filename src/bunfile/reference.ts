/** The reference page of the .bun format, made of the schema. */
import { bunSchema } from "./schema.ts";
import { notYetWords } from "./types/object.ts";
import type { Key, Type } from "./types/type.ts";

const INTRODUCTION = `<!-- Made by scripts/bun_docs.ts from src/bunfile/schema.ts. Do not edit. -->

# The .bun file

A .bun file describes one container in YAML 1.2. \`budgie validate FILE\` checks it and reports every mistake
with its line and column; \`budgie run FILE\` runs it. [example.bun](../example.bun) shows every key, and
[bun.schema.json](bun.schema.json) tells an editor about them: with yaml-language-server, write
\`# yaml-language-server: $schema=…/bun.schema.json\` in the first line.

The smallest file:

\`\`\`yaml
version: "1.0"
image: nginx:1.27
\`\`\`

## How values are written

- **Paths of the host** begin with \`/\`, \`./\`, \`../\` or \`~/\` and are relative to the file.
- **Sizes** are bytes, or have a unit: \`64k\`, \`512m\`, \`1.5g\`. Units are multiples of 1024.
- **Durations** are seconds, or have units: \`500ms\`, \`30s\`, \`1m30s\`, \`2h\`.
- **Numbers** may be written as text: \`"8080"\` is \`8080\`. Where a text is expected, a number or boolean counts as
  it is written: \`1.10\` stays \`1.10\`.
- **Variables** of the host are substituted in values, not in keys:

  | written | becomes |
  | --- | --- |
  | \`\${VAR}\` | the value; an error if \`VAR\` is not set |
  | \`\${VAR:-default}\` | \`default\` if \`VAR\` is unset or empty |
  | \`\${VAR-default}\` | \`default\` if \`VAR\` is unset |
  | \`\${VAR:?message}\` | an error with the message if \`VAR\` is unset or empty |
  | \`\${VAR?message}\` | an error with the message if \`VAR\` is unset |
  | \`$$\` | \`$\` |

  Any other \`$\` stands for itself: \`sh -c 'echo $HOME'\` means the container's HOME. YAML is read first, so a value
  cannot add keys; inside \`{ }\` and \`[ ]\` a value with \`\${…}\` needs quotes.
- **Anchors** (\`&name\`, \`*name\`) and merge keys (\`<<: *name\`) work. A file holds one document and at most 1 MiB.

## Files of environment variables

\`env_file\` and the flag \`--env-file\` read the same format:

\`\`\`sh
# a comment; so is what follows a blank and #
NAME=value                 # trimmed
export NAME=value          # as a shell has it
NAME='as it "stands"'      # nothing is special; may span lines
NAME="two\\nlines"          # \\n \\r \\t \\" \\\\ \\$ are escapes; may span lines
NAME                       # the host's value; left out if the host has none
\`\`\`

Unlike in docker's \`--env-file\`, quotes are taken off. Nothing is substituted: \`$\` stands for itself.

## Support

**Not supported yet** marks keys that are read and checked, but that \`budgie run\` refuses until their feature is there.
`;

/** Markdown, a section for each key at the top and a table for the maps in it. */
export function bunReference(): string {
  const sections = Object.entries(bunSchema.keys!).map(([name, key]) => describeKey(name, key));
  return [INTRODUCTION, "## Keys\n", ...sections, "## Rules between keys\n", describeRules(bunSchema)].join(
    "\n",
  ).trimEnd() + "\n";
}

function describeKey(name: string, key: Key<unknown>): string {
  const facts = [
    `- Type: ${key.type.words}`,
    ...(key.type.unit ? [`- Unit of a number alone: ${key.type.unit}`] : []),
    key.presence === "required" ? "- Required" : `- Default: ${describeDefault(key)}`,
  ];
  return [
    `### ${name}\n`,
    (key.notYet ? `**${notYetWords(key)}** ` : "") + key.about + "\n",
    facts.join("\n") + "\n",
    "```yaml\n" + writeExample(name, key.example) + "\n```\n",
    ...mapsWithin(key.type, name).map(({ path, map }) => describeMap(path, map)),
  ].join("\n");
}

/** `name: value`, or the value on lines of its own if it is a block. */
export function writeExample(name: string, example: string): string {
  const isBlock = /^- |^[\w.]+:( |$)|\n/.test(example);
  return isBlock ? `${name}:\n${example.replace(/^/gm, "  ")}` : `${name}: ${example}`;
}

function describeDefault({ defaultValue, otherwise }: Key<unknown>): string {
  if (otherwise !== undefined || defaultValue === undefined) return otherwise ?? "";
  const isEmpty = typeof defaultValue === "object";
  return isEmpty ? "none" : `\`${defaultValue}\``;
}

function describeRules(type: Type<unknown>): string {
  return (type.rules ?? []).map((rule) => `- Rule: ${rule}\n`).join("");
}

/** Every map with fixed keys in a type, with the path of a key to it: `ports[]`. */
export function mapsWithin(type: Type<unknown>, path: string): { path: string; map: Type<unknown> }[] {
  if (type.keys) {
    const below = Object.entries(type.keys).flatMap(([name, key]) => mapsWithin(key.type, `${path}.${name}`));
    return [{ path, map: type }, ...below];
  }
  return (type.parts ?? []).flatMap((part) => mapsWithin(part.type, path + part.suffix));
}

function describeMap(path: string, map: Type<unknown>): string {
  const rows = Object.entries(map.keys!).map(([name, key]) => {
    const type = key.type.words.startsWith(key.type.unit ?? "")
      ? key.type.words
      : `${key.type.words} (${key.type.unit})`;
    const fallback = key.presence === "required" ? "**required**" : describeDefault(key);
    const cells = [`\`${name}\``, key.about, type, fallback, `\`${key.example}\``];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  const rules = describeRules(map);
  return [
    `In \`${path}\`:\n`,
    "| key | | type | default | example |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    ...(rules ? ["", rules.trimEnd()] : []),
    "",
  ].join("\n");
}
