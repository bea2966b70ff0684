/**
 * Go's text/template, as far as `--format` needs it: fields, maps, methods, pipelines, variables, if, range,
 * with, break, continue, trimming and comments. `define`, `template` and `block` are refused.
 *
 * Read lexer.ts, then parser.ts (with the tree in node.ts), then evaluate.ts; functions.ts holds the functions
 * and value.ts what Go thinks of a value: its truth, its text, its kind.
 *
 * Data are plain JSON values. An ordinary object is a struct: a field it lacks is an error. An object made by
 * `goMap` is a map: a key it lacks prints `<no value>`. A field that holds a function is a method. Null is Go's
 * nil list, undefined its nil pointer.
 *
 * Source: the documentation of Go's packages text/template and text/template/parse.
 */
import { evaluate } from "./evaluate.ts";
import { parse } from "./parser.ts";

export { TemplateError } from "./error.ts";
export { goMap } from "./value.ts";

/** A checked template, ready to be executed any number of times. */
export interface Template {
  /** @throws TemplateError when the data lack a field, or a function refuses its arguments */
  execute(data: unknown): string;
}

/**
 * Reads a template. `\t` and `\n` written out in its plain text become a tab and a new line, as in docker.
 * @throws TemplateError with line and column
 */
export function parseTemplate(text: string): Template {
  const tree = parse(text);
  return { execute: (data) => evaluate(text, tree, data) };
}
