/** Text to checked descriptions. Loads the YAML library: import this file only when there is a .bun to read. */
import { dirname, resolve } from "node:path/posix";
import { readTextFile } from "../base/text_file.ts";
import type { BunFile } from "./bun_file.ts";
import { filesAt } from "./folder.ts";
import { BunFileError } from "./bun_file_error.ts";
import { type Problem, Problems } from "../yaml/problem.ts";
import { repeatedNames } from "./repeated_names.ts";
import { bunSchema } from "./schema.ts";
import type { Position, TreeNode } from "../yaml/tree.ts";
import { Place } from "../yaml/types/type.ts";
import { readYaml } from "../yaml/yaml_tree.ts";

/** What a text does not say of itself. */
export interface ParseOptions {
  /** as the person wrote it: for messages; host paths are relative to its folder */
  path: string;
  /** the host's variables, for `${VAR}`, variables without a value, and HOME */
  env: Readonly<Record<string, string>>;
}

/**
 * Reads and checks a .bun file of one or more documents, or each `*.bun` of a folder in the order of their names,
 * and the files that `env_file` names. Each name stands for one container.
 * @throws TextFileError if one is no text file of at most 1 MiB, BunFileError with every problem in them
 */
export function readBunFiles(path: string): BunFile[] {
  const env = Deno.env.toObject();
  const problems: Problem[] = [];
  const bunFiles = filesAt(path).flatMap((file) => {
    try {
      return parseBunFiles(readTextFile(file), { path: file, env });
    } catch (error) {
      if (!(error instanceof BunFileError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  problems.push(...repeatedNames(bunFiles));
  if (problems.length > 0) throw new BunFileError(path, problems);
  return bunFiles;
}

/**
 * Checks the text of a .bun file, one result for each document, and reads the files that `env_file` names.
 * @throws BunFileError with every problem
 */
export function parseBunFiles(text: string, { path, env }: ParseOptions): BunFile[] {
  const problems = new Problems(path);
  const whenEmpty = 'the file is empty; it begins with version: "1.0"';
  const trees = readYaml(text, { problems, env, whenEmpty }) ?? [];
  const absolutePath = resolve(Deno.cwd(), path);
  const context = { problems, directory: dirname(absolutePath), env };
  const whole = trees.length > 1 ? "the document" : "the file";
  const values = trees.map((tree) => bunSchema.read(tree, new Place({ ...context, whole }, "")));
  if (!problems.isEmpty) throw new BunFileError(path, problems.sorted());
  return values.map((value, document) => ({
    ...value!,
    source: { path: absolutePath, written: path, document, positions: keyPositions(trees[document]) },
  }));
}

function keyPositions(tree: TreeNode): Record<string, Position> {
  if (tree.kind !== "map") return {};
  return Object.fromEntries(
    tree.entries.map(({ key, keyPosition: { line, column } }) => [key, { line, column }]),
  );
}
