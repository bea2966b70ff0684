/**
 * Files in YAML that are checked by a schema, whatever they are for.
 *
 * `yaml_tree.ts` reads YAML into the plain tree of `tree.ts`, where every node knows its position and `${VAR}` is
 * already substituted (`substitute.ts`). `types/` has the kinds of values that a schema is built of: each reads a
 * node into a checked value, says in words what may be written, and is a JSON Schema. What is wrong is collected in
 * `problem.ts`. `reference.ts` makes a page of a schema.
 *
 * @module
 */
