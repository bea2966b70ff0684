/**
 * The command line: words in, words out.
 *
 * `main.ts` turns arguments into an exit code and is the only file that prints errors. `commands.ts` is the
 * table of commands; `program.ts` loads the definition of the one that was typed from `commands/`, each of which
 * makes one call into the layers below. `options/` reads the values of flags, `listing/` makes rows and filters,
 * `inspect/` docker's JSON, `output/` draws tables, times, formats and progress. What a command needs of the
 * process (streams, signals, the engine) is in `context.ts`. `completion/` answers the scripts of shells.
 *
 * To add a command: its file in `commands/`, its entry in `command_table/` or `commands.ts`, and where
 * the help is too short for it, its chapter in `manual/`. docs/cli.md and docs/man are made of these by `reference/` and
 * `deno task docs`.
 *
 * @module
 */
