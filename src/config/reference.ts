/** The page of the configuration, made of the schema. */
import { describeKey } from "../yaml/reference.ts";
import { configSchema } from "./schema.ts";
import { SETTINGS } from "./settings.ts";

const INTRODUCTION = `<!-- Made by scripts/docs.ts from src/config/schema.ts. Do not edit. -->

# The configuration

One file in YAML 1.2 for a host. The first one counts that is there:

1. what \`budgie --config FILE\` names,
2. what \`BUDGIE_CONFIG\` names,
3. \`./budgie.yaml\`,
4. \`~/.budgie/budgie.yaml\`,
5. \`~/.config/budgie/budgie.yaml\` (\`$XDG_CONFIG_HOME\` in place of \`~/.config\` where it is set),
6. \`/etc/budgie/budgie.yaml\`.

A file that is found and not named has to belong to root or to the user (also to the one who calls sudo), and not
everybody may write to it: it says which program root runs.

A setting is taken from the first of these that has it:

1. a flag: \`budgie --set log.max_size=1m run …\`, which comes before the command and may be repeated,
2. its variable, \`BUDGIE_\` and the key in capitals: \`BUDGIE_LOG_MAX_SIZE\`; an empty one is as good as none,
   and \`budgie config\` names those that are no setting's,
3. the file,
4. the default.

In variables and flags, a list is \`a,b\`, and a map \`key=a,b;other=c\`.

\`\`\`sh
budgie config init                     # a file with every key, all in comments
budgie config set log.max_size 1m      # keeps comments and order
budgie config validate
budgie config --show-origin            # what holds, and why
\`\`\`

Sizes, durations, \`\${VAR}\` and anchors are written as in [a .bun file](bun.md#how-values-are-written). Paths are relative
to the file; those in variables and flags, to the working directory. Secrets have no place here.

A command reads the file when it begins. A daemon that is started on demand has the settings of the command that started
it, until it leaves; a service reads the file that was found at \`budgie daemon install\` when it starts.
`;

/** Markdown, a section for each key at the top and a table for those in it. */
export function configReference(): string {
  const sections = Object.entries(configSchema.keys!).map(([name, key]) => describeKey(name, key));
  const rows = SETTINGS.map(({ name, variable }) => `| \`${name}\` | \`${variable}\` |`);
  return [
    INTRODUCTION,
    "## Keys\n",
    ...sections,
    "## Variables\n",
    "| key | variable |",
    "| --- | --- |",
    ...rows,
  ].join("\n").trimEnd() + "\n";
}
