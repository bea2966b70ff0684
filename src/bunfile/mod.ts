/**
 * The .bun file: containers, each described by a document in YAML.
 *
 * `parse.ts` turns text into a `BunFile` for each document in three steps, each of which reports
 * every problem it finds with file, line and column:
 *
 * 1. `src/yaml` reads YAML into a plain tree, where every node knows its position and `${VAR}` is already
 *    substituted;
 * 2. `schema.ts`, the one table of keys, reads the tree into checked values with defaults. It is built from
 *    the kinds of values in `src/yaml/types/`;
 * 3. the files that `env_file` names are read into `environment`.
 *
 * The JSON Schema (`json_schema.ts`) and the reference page (`reference.ts`) are made of the same table by
 * `scripts/docs.ts`. To add a key, add it to the table and run that script.
 *
 * @module
 */
