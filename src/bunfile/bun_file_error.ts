/** What is wrong with .bun files. */
import { BudgieError } from "../base/errors.ts";
import { type Problem, problemLines } from "../yaml/problem.ts";

/** Every problem of a file in the order of its lines. */
export class BunFileError extends BudgieError {
  override name = "BunFileError";

  constructor(path: string, readonly problems: readonly Problem[]) {
    super(problemLines(path, problems), { hint: "Correct the file, then try: budgie validate FILE" });
  }
}
