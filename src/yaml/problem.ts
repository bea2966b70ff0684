/** What is wrong with a file in YAML. */
import type { Position } from "./tree.ts";

/** One mistake, where it stands; `path` is the file's, as the person wrote it. */
export interface Problem extends Position {
  path: string;
  message: string;
}

/** What to say of a file that can't be used: a line, and one more for each problem, `file:line:column: message`. */
export function problemLines(path: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `Cannot use '${path}': ${count}\n${problems.map(formatProblem).join("\n")}`;
}

/** `web.bun:12:5: message`, as compilers write it and editors follow it. */
export function formatProblem({ path, line, column, message }: Problem): string {
  return `${path}:${line}:${column}: ${message}`;
}

/** Collects problems, in any order. */
export class Problems {
  readonly #problems = new Map<string, Problem>();

  constructor(readonly path: string) {}

  add(position: Position, message: string) {
    this.addAll([{ path: this.path, line: position.line, column: position.column, message }]);
  }

  /** A mistake that two aliases (`*name`) show twice is one mistake. */
  addAll(problems: readonly Problem[]) {
    for (const problem of problems) this.#problems.set(formatProblem(problem), problem);
  }

  get isEmpty(): boolean {
    return this.#problems.size === 0;
  }

  /** In the order of the file. */
  sorted(): Problem[] {
    const isOther = ({ path }: Problem) => Number(path !== this.path); // an env_file: after the file itself
    return [...this.#problems.values()].sort((a, b) =>
      isOther(a) - isOther(b) || a.line - b.line || a.column - b.column
    );
  }
}
