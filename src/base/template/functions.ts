/** The functions of text/template, and those docker adds (json, split, join, title, lower, upper, pad, truncate). */
import { formatPrint, formatPrintf } from "./printf.ts";
import { formatValue, isTrue, kindOf } from "./value.ts";

/** The arguments do not fit the function; the evaluator adds where. */
export class FunctionError extends Error {}

// deno-lint-ignore no-explicit-any -- each checks what it is given
type TemplateFunction = (...args: any[]) => unknown;

/** By name. `and` and `or` are here for their names only: the evaluator runs them lazily. */
export const FUNCTIONS: Record<string, TemplateFunction> = {
  and: () => undefined,
  or: () => undefined,
  not: (value) => !isTrue(value),
  eq: (first, ...others) => {
    if (others.length === 0) throw new FunctionError("missing argument for comparison");
    return others.some((other) => equal(first, other));
  },
  ne: (a, b) => !equal(a, b),
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  len: (value) => {
    if (value === null) return 0;
    if (kindOf(value) === "string") return new TextEncoder().encode(value).length;
    if (kindOf(value) === "list") return value.length;
    if (kindOf(value) === "map") return Object.keys(value).length;
    throw new FunctionError(`a ${kindOf(value)} has no length`);
  },
  index: (holder, ...keys) => keys.reduce(element, holder),
  slice: (value, from = 0, to = value?.length) => {
    if (kindOf(value) !== "string" && kindOf(value) !== "list") {
      throw new FunctionError(`can't cut a ${kindOf(value)}`);
    }
    if (!(from >= 0 && from <= to && to <= value.length)) throw new FunctionError("index out of range");
    return value.slice(from, to);
  },
  print: (...args) => formatPrint(args),
  println: (...args) => `${args.map(formatValue).join(" ")}\n`,
  printf: (format, ...args) => formatPrintf(text(format), args),
  json: (value) => JSON.stringify(value ?? null),
  split: (value, separator) => separator === "" ? [...text(value)] : text(value).split(text(separator)),
  join: (list, separator) => {
    if (kindOf(list) === "nil") return "";
    if (kindOf(list) !== "list") throw new FunctionError(`a ${kindOf(list)} is not a list of strings`);
    return list.map(formatValue).join(text(separator));
  },
  title: (value) =>
    text(value).replace(
      /(^|[^\p{L}\p{Nd}_'])(\p{L})/gu,
      (_, before, letter) => before + letter.toUpperCase(),
    ),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  pad: (value, left, right) => text(value) === "" ? "" : " ".repeat(left) + value + " ".repeat(right),
  truncate: (value, length) => [...text(value)].slice(0, length).join(""),
  html: (value) => formatValue(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
  urlquery: (value) => encodeURIComponent(formatValue(value)).replaceAll("%20", "+"),
};

/** Whether a template may call a function of this name. */
export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

function text(value: unknown): string {
  if (kindOf(value) !== "string") throw new FunctionError(`expected a string, not ${formatValue(value)}`);
  return value as string;
}

function equal(a: unknown, b: unknown): boolean {
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  if (kindA === "nil" || kindB === "nil") return kindA === kindB;
  if (kindA !== kindB) throw new FunctionError("incompatible types for comparison");
  return a === b;
}

function compare(a: unknown, b: unknown): number {
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  if (kindA !== kindB) throw new FunctionError("incompatible types for comparison");
  if (kindA !== "number" && kindA !== "string") throw new FunctionError(`a ${kindA} has no order`);
  return (a as number) < (b as number) ? -1 : a === b ? 0 : 1;
}

function basicKind(value: unknown): string {
  const kind = kindOf(value);
  if (kind === "int" || kind === "float") return "number";
  if (kind === "list" || kind === "map" || kind === "struct" || kind === "func") {
    throw new FunctionError(`a ${kind} can't be compared`);
  }
  return kind;
}

function element(holder: unknown, key: unknown): unknown {
  switch (kindOf(holder)) {
    case "map":
      return (holder as Record<string, unknown>)[text(key)] ?? "";
    case "list":
    case "string": {
      const list = holder as unknown[];
      if (!Number.isInteger(key) || (key as number) < 0 || (key as number) >= list.length) {
        throw new FunctionError(`index out of range: ${formatValue(key)}`);
      }
      return list[key as number];
    }
    case "nil":
      throw new FunctionError("index of nothing");
    default:
      throw new FunctionError(`can't index a ${kindOf(holder)}`);
  }
}
