/**
 * The configuration: one YAML file for a host, variables over it, and flags over both.
 *
 * `schema.ts` is the one table of keys; `settings.ts` lists its leaves with their variables, and `value.ts` knows
 * how a value is written in a file and in a variable. `find.ts` finds the file and loads nothing: most hosts have
 * none. `read.ts` reads one, `effective.ts` says what holds and where it comes from, and `apply.ts` lets the
 * program have it: what reads a setting reads its variable. `template.ts` is what `config init` writes,
 * `reference.ts` the page docs/configuration.md.
 *
 * To add a key: its row in the table, then `./scripts/deno task docs`. A key is there when something honours it, or with
 * `notYet`, of which `not_yet.ts` makes warnings.
 *
 * @module
 */
