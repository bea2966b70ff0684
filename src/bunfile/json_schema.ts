/** The .bun format as JSON Schema, for editors. */
import { bunSchema } from "./schema.ts";
import type { JsonSchema } from "../yaml/types/type.ts";

/**
 * Never stricter than the parser for what is written as the reference says; it cannot see everything: names
 * of signals, contradictions between values, or what a variable will hold.
 * Source: json-schema.org, draft 2020-12.
 */
export function bunJsonSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "budgie .bun file",
    description: "One container, described for budgie",
    ...bunSchema.json,
    $defs: {
      substitution: { description: "a text with ${VAR}", type: "string", pattern: "\\$\\{" },
    },
  };
}
