/** What is wrong with a .bun file. */
import { BudgieError } from "../base/errors.ts";
import type { Position } from "./tree.ts";

/** One mistake, where it stands; `path` is the file's, as the person wrote it. */
export interface Problem extends Position {
  path: string;
  message: string;
}

/** Every problem of a file in the order of its lines, one line of text each: `file:line:column: message`. */
export class BunFileError extends BudgieError {
  override name = "BunFileError";

  constructor(path: string, readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`Cannot use '${path}': ${count}\n${problems.map(formatProblem).join("\n")}`, {
      hint: "Correct the file, then try: budgie validate FILE",
    });
  }
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

  /** @throws BunFileError */
  throwAll(): never {
    const isOther = ({ path }: Problem) => Number(path !== this.path); // an env_file: after the file itself
    const sorted = [...this.#problems.values()].sort((a, b) =>
      isOther(a) - isOther(b) || a.line - b.line || a.column - b.column
    );
    throw new BunFileError(this.path, sorted);
  }
}
