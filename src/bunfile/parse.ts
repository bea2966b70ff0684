/** Text to a checked description. Loads the YAML library: import this file only when there is a .bun to read. */
import { dirname, resolve } from "node:path/posix";
import { readTextFile } from "../base/text_file.ts";
import type { BunFile } from "./bun_file.ts";
import { Problems } from "./problem.ts";
import { bunSchema } from "./schema.ts";
import type { Position, TreeNode } from "./tree.ts";
import { Place } from "./types/type.ts";
import { readYaml } from "./yaml_tree.ts";

/** What a text does not say of itself. */
export interface ParseOptions {
  /** as the person wrote it: for messages; host paths are relative to its folder */
  path: string;
  /** the host's variables, for `${VAR}`, variables without a value, and HOME */
  env: Readonly<Record<string, string>>;
}

/**
 * Reads and checks a .bun file, and the files its `env_file` names.
 * @throws TextFileError if it is no text file of at most 1 MiB, BunFileError with every problem in it
 */
export function readBunFile(path: string): BunFile {
  return parseBunFile(readTextFile(path), { path, env: Deno.env.toObject() });
}

/**
 * Checks the text of a .bun file, and reads the files its `env_file` names.
 * @throws BunFileError with every problem
 */
export function parseBunFile(text: string, { path, env }: ParseOptions): BunFile {
  const problems = new Problems(path);
  checkCharacters(text, problems);
  const tree = readYaml(text, { problems, env });
  if (!tree) return problems.throwAll();
  const absolutePath = resolve(Deno.cwd(), path);
  const context = { problems, directory: dirname(absolutePath), env };
  const value = bunSchema.read(tree, new Place(context, ""));
  if (!value || !problems.isEmpty) return problems.throwAll();
  return {
    ...value,
    source: { path: absolutePath, positions: keyPositions(tree) },
  };
}

/** What YAML 1.2 §5.1 leaves out, which the library does not look at. A byte order mark may come first. */
function checkCharacters(text: string, problems: Problems) {
  // deno-lint-ignore no-control-regex
  const index = text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/);
  if (index < 0) return;
  const lines = text.slice(0, index).split("\n");
  const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, "0");
  const position = { line: lines.length, column: lines.at(-1)!.length + 1 };
  problems.add(position, `not a text: here is the control character U+${code}`);
  problems.throwAll();
}

function keyPositions(tree: TreeNode): Record<string, Position> {
  if (tree.kind !== "map") return {};
  return Object.fromEntries(
    tree.entries.map(({ key, keyPosition: { line, column } }) => [key, { line, column }]),
  );
}
