/** What Go thinks of a value: its kind, its truth, and its text under `%v`. */

/** The same entries as a map: a missing key is no error (see mod.ts). */
export function goMap<Value>(entries: Record<string, Value>): Record<string, Value> {
  return Object.assign(Object.create(null), entries);
}

/** Whether it is a map as `goMap` makes them. */
function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
}

/** Kinds of values, as far as templates tell them apart. */
export type Kind = "nil" | "bool" | "int" | "float" | "string" | "list" | "map" | "struct" | "func";

/** A number is an int when it is whole; an object without a prototype is a map, any other a struct. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || typeof value === "bigint") {
    return typeof value === "bigint" || Number.isInteger(value) ? "int" : "float";
  }
  if (typeof value === "string") return "string";
  if (typeof value === "function") return "func";
  if (Array.isArray(value)) return "list";
  return isMap(value) ? "map" : "struct";
}

/** text/template, "if": false, 0, nil, and whatever is empty are false; a struct is always true. */
export function isTrue(value: unknown): boolean {
  switch (kindOf(value)) {
    case "list":
      return (value as unknown[]).length > 0;
    case "map":
      return Object.keys(value as object).length > 0;
    case "struct":
      return true;
    default:
      return Boolean(value);
  }
}

/** Fields or entries in Go's order: a struct's as written, a map's by key. */
export function entriesOf(value: object): [string, unknown][] {
  const entries = Object.entries(value);
  return isMap(value) ? entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0) : entries;
}

/** As fmt's `%v` prints it: `[a b]`, `map[k:v]`, `{v1 v2}`; null is a list that was never filled: `[]`. */
export function formatValue(value: unknown): string {
  switch (kindOf(value)) {
    case "nil":
      return value === null ? "[]" : "<nil>";
    case "float":
      return formatFloat(value as number);
    case "list":
      return `[${(value as unknown[]).map(formatValue).join(" ")}]`;
    case "map":
      return `map[${
        entriesOf(value as object).map(([key, item]) => `${key}:${formatValue(item)}`).join(" ")
      }]`;
    case "struct":
      return `{${fieldsOf(value as object).map(([, item]) => formatValue(item)).join(" ")}}`;
    default:
      return String(value);
  }
}

function fieldsOf(value: object): [string, unknown][] {
  return entriesOf(value).filter(([, field]) => typeof field !== "function");
}

// %v of a float is %g: the exponent form below 1e-4 and from 1e21 on, with two digits at least.
function formatFloat(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
