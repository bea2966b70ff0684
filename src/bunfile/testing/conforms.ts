/** As much of JSON Schema as our own schema uses. */
import type { JsonSchema } from "../../yaml/types/type.ts";

type Check = (value: unknown, rule: never, schema: JsonSchema, root: JsonSchema) => boolean;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const TYPES: Record<string, (value: unknown) => boolean> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  array: Array.isArray,
  object: isMap,
};

const KEYWORDS: Record<string, Check> = {
  $ref: (value, ref: string, _schema, root) => conforms(value, lookUp(root, ref), root),
  anyOf: (value, schemas: JsonSchema[], _schema, root) =>
    schemas.some((schema) => conforms(value, schema, root)),
  allOf: (value, schemas: JsonSchema[], _schema, root) =>
    schemas.every((schema) => conforms(value, schema, root)),
  not: (value, schema: JsonSchema, _schema, root) => !conforms(value, schema, root),
  enum: (value, values: unknown[]) => values.includes(value),
  const: (value, only: unknown) => value === only,
  type: (value, types: string | string[]) => [types].flat().some((type) => TYPES[type](value)),
  minimum: (value, bound: number) => typeof value !== "number" || value >= bound,
  maximum: (value, bound: number) => typeof value !== "number" || value <= bound,
  minLength: (value, bound: number) => typeof value !== "string" || value.length >= bound,
  maxLength: (value, bound: number) => typeof value !== "string" || value.length <= bound,
  pattern: (value, pattern: string) => typeof value !== "string" || new RegExp(pattern, "u").test(value),
  items: (value, schema: JsonSchema, _schema, root) =>
    !Array.isArray(value) || value.every((item) => conforms(item, schema, root)),
  required: (value, names: string[]) => !isMap(value) || names.every((name) => Object.hasOwn(value, name)),
  dependentRequired: (value, needs: Record<string, string[]>) =>
    !isMap(value) ||
    Object.entries(needs).every(([key, names]) =>
      !Object.hasOwn(value, key) || names.every((name) => Object.hasOwn(value, name))
    ),
  properties: (value, schemas: Record<string, JsonSchema>, _schema, root) =>
    !isMap(value) ||
    Object.entries(schemas).every(([name, schema]) =>
      !Object.hasOwn(value, name) || conforms(value[name], schema, root)
    ),
  additionalProperties: (value, rule: boolean | JsonSchema, { properties }, root) =>
    !isMap(value) || Object.keys(value).every((name) =>
      Object.hasOwn(properties ?? {}, name) ||
      (typeof rule === "boolean" ? rule : conforms(value[name], rule, root))
    ),
};

const ANNOTATIONS = ["$schema", "$defs", "title", "description", "default"];

/** Whether a value is good by a schema; a keyword that is not known here is an error. */
export function conforms(value: unknown, schema: JsonSchema, root = schema): boolean {
  return Object.entries(schema).every(([keyword, rule]) => {
    if (ANNOTATIONS.includes(keyword)) return true;
    if (!KEYWORDS[keyword]) throw new Error(`Cannot check the keyword '${keyword}'`);
    return KEYWORDS[keyword](value, rule as never, schema, root);
  });
}

function lookUp(root: JsonSchema, ref: string): JsonSchema {
  const steps = ref.replace(/^#\//, "").split("/");
  return steps.reduce((schema, step) => schema[step] as JsonSchema, root);
}
