/** Names that several documents of one command would give to a container each. */
import type { BunFile } from "./bun_file.ts";
import type { Problem } from "../yaml/problem.ts";

/** A problem for each document whose name an earlier one has; those without a name have one made up. */
export function repeatedNames(bunFiles: readonly BunFile[]): Problem[] {
  const first = new Map<string, BunFile>();
  return bunFiles.flatMap((bun) => {
    const names = namesOf(bun);
    const name = names.find((name) => first.has(name));
    if (name === undefined) {
      for (const name of names) first.set(name, bun);
      return [];
    }
    const { path, line, column } = placeOfName(first.get(name)!);
    const message = `the name '${name}' is given twice; ${path}:${line}:${column} has it already`;
    return [{ ...placeOfName(bun), message }];
  });
}

/** With a scale, the containers' names are made of it. */
function namesOf({ name, scale = 0 }: BunFile): string[] {
  if (name === undefined) return [];
  return [name, ...Array.from({ length: scale }, (_, index) => `${name}-${index + 1}`)];
}

function placeOfName({ source }: BunFile) {
  return { path: source.written, ...source.positions.name };
}
