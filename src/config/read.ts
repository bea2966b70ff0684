/** A configuration file, read and checked. Loads the YAML library: import this file only when there is one. */
import { dirname, resolve } from "node:path/posix";
import { BudgieError } from "../base/errors.ts";
import { type Problem, problemLines, Problems } from "../yaml/problem.ts";
import type { Position, TreeNode } from "../yaml/tree.ts";
import { Place } from "../yaml/types/type.ts";
import { readYaml } from "../yaml/yaml_tree.ts";
import { configSchema } from "./schema.ts";
import { SETTINGS } from "./settings.ts";
import { type PlainValue, plainValue, variableText } from "./value.ts";

/** What a file says of one setting. */
export interface FileValue extends Position {
  plain: PlainValue;
  /** as the setting's variable would have it */
  text: string;
}

/** Every problem of a file in the order of its lines. */
export class ConfigFileError extends BudgieError {
  override name = "ConfigFileError";

  constructor(path: string, readonly problems: readonly Problem[]) {
    super(problemLines(path, problems), { hint: "Correct the file, then try: budgie config validate" });
  }
}

/**
 * What a file says, by the names of the settings.
 * @throws ConfigFileError with every problem in it
 */
export function parseConfig(
  text: string,
  { path, env }: { path: string; env: Readonly<Record<string, string>> },
): Map<string, FileValue> {
  const problems = new Problems(path);
  const trees = readYaml(text, { problems, env }) ?? [];
  if (trees.length > 1) problems.add(trees[1], "a second document; the configuration is one");
  const context = {
    problems,
    directory: dirname(resolve(Deno.cwd(), path)),
    env: { HOME: "/root", ...env }, // what `~` is, also for a daemon that was started without
    whole: "the file",
  };
  const tree = trees[0] && withSections(trees[0]);
  const value = tree && configSchema.read(tree, new Place(context, ""));
  if (!problems.isEmpty) throw new ConfigFileError(path, problems.sorted());
  const found = new Map<string, FileValue>();
  for (const { name, path } of SETTINGS) {
    const node = tree && nodeAt(tree, path);
    if (!node) continue;
    const read = path.reduce((within: unknown, step) => (within as Record<string, unknown>)[step], value);
    const { line, column } = node;
    found.set(name, { plain: plainValue(node, read), text: variableText(node, read), line, column });
  }
  return found;
}

/** A section whose keys are all comments is one, and not a key without a value. */
function withSections(tree: TreeNode): TreeNode {
  if (tree.kind !== "map") return tree;
  const entries = tree.entries.map((entry) => {
    const { key, value } = entry;
    const isSection = Object.hasOwn(configSchema.keys!, key) && configSchema.keys![key].type.keys;
    return isSection && value.kind === "null"
      ? { ...entry, value: { ...value, kind: "map" as const, entries: [] } }
      : entry;
  });
  return { ...tree, entries };
}

function nodeAt(tree: TreeNode, path: readonly string[]): TreeNode | undefined {
  return path.reduce<TreeNode | undefined>(
    (node, step) => node?.kind === "map" ? node.entries.find(({ key }) => key === step)?.value : undefined,
    tree,
  );
}
