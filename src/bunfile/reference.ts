/** The reference page of the .bun format, made of the schema. */
import { bunSchema } from "./schema.ts";
import { describeKey, describeRules } from "../yaml/reference.ts";

const INTRODUCTION = `<!-- Made by scripts/docs.ts from src/bunfile/schema.ts. Do not edit. -->

# The .bun file

A .bun file describes a container in YAML 1.2, or several, each in a document of its own. \`budgie validate FILE\`
checks it and reports every mistake with its line and column; \`budgie run FILE\` runs it. [example.bun](../example.bun) shows every key, and
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
- **Anchors** (\`&name\`, \`*name\`) and merge keys (\`<<: *name\`) work, within a document.
- **Several containers** stand in one file with \`---\` between them, or in the files of a folder.
- **Limits**: a file holds at most 1 MiB and 100 documents.

## Several containers

A file may hold several documents, each a container of its own, with a line of \`---\` between two of them. A folder
stands for its \`*.bun\` files in the order of their names, without those of the folders in it. What is described
together needs different names.

\`\`\`yaml
version: "1.0"
name: db
image: postgres:17
healthcheck:
  command: pg_isready -U postgres
---
version: "1.0"
name: web
image: shop:1
depends_on:
  db:
    condition: healthy
\`\`\`

A container starts as soon as all that it depends on are as far as their conditions say; those that do not depend on
each other start at the same time, eight at most. Stopping goes the other way round.

| condition | the other container |
| --- | --- |
| \`started\` | has been started |
| \`healthy\` | is healthy by its \`healthcheck\`, or by its image's |
| \`completed\` | has ended with exit code 0 |

The other container is described beside this one, or is on the host already. Containers that would wait for each other,
and names that are nowhere, are refused before anything starts. When a container can't be started, ends too early,
becomes unhealthy or takes too long to become healthy (\`start_period\`, and \`retries\` and one more times \`interval\` and
\`timeout\`), those that depend on it are not started, and the others are.

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
