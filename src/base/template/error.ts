import { BudgieError } from "../errors.ts";

/** The template cannot be read, or does not fit the data. */
export class TemplateError extends BudgieError {
  override name = "TemplateError";

  /** @param offset where in `text` the trouble is, in UTF-16 units */
  constructor(reason: string, text: string, offset: number) {
    const before = text.slice(0, offset).split("\n");
    super(`Cannot use the template: ${reason} (line ${before.length}, column ${before.at(-1)!.length + 1})`, {
      hint: "The language is Go's text/template: --format '{{.Name}}'",
    });
  }
}
