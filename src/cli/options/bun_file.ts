/** `budgie run FILE.bun`, with the few flags that make sense beside a file. Loads the YAML library. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { type BunFile, unsupportedKeys } from "../../bunfile/bun_file.ts";
import { readBunFile } from "../../bunfile/parse.ts";
import { formatProblem } from "../../bunfile/problem.ts";
import { bunOptions } from "../../engine/bun_options.ts";
import type { ContainerOptions } from "../../store/container.ts";
import type { ContainerFlags } from "./container_flags.ts";
import { containerOptions } from "./container_options.ts";

/** What may be said differently for one run; everything else belongs in the file. */
const OVERRIDES = [
  "allowUnenforcedLimits",
  "cidfile",
  "entrypoint",
  "env",
  "envFile",
  "interactive",
  "label",
  "labelFile",
  "name",
  "pull",
  "quiet",
  "rm",
  "tty",
] as const satisfies readonly (keyof ContainerFlags)[];

/**
 * What a .bun file describes, with the flags that were given on top.
 * @param given names of the flags that were typed, as in `ContainerFlags`
 * @throws BudgieError for a file that can't be read or asks for what isn't there yet; UsageError for a flag
 */
export function bunFileOptions(
  path: string,
  words: string[],
  flags: ContainerFlags,
  given: ReadonlySet<string>,
): ContainerOptions {
  for (const name of given) {
    if (!OVERRIDES.some((override) => override === name)) throw notBeside(name, path);
  }
  const bun = readBunFile(path);
  refuseUnsupportedKeys(bun, path);
  return overridden(bunOptions(bun), containerOptions(bun.image.docker_image, words, flags), given);
}

function refuseUnsupportedKeys(bun: BunFile, path: string): void {
  const problems = unsupportedKeys(bun).map(({ key, line, column }) =>
    formatProblem({ path, line, column, message: `'${key}' is not supported yet` })
  );
  if (problems.length === 0) return;
  throw new BudgieError(`Cannot run '${path}': it asks for what is not there yet\n${problems.join("\n")}`, {
    hint: "Leave these keys out; 'budgie validate' goes on accepting them",
    exitCode: 125,
  });
}

function overridden(
  file: ContainerOptions,
  typed: ContainerOptions,
  given: ReadonlySet<string>,
): ContainerOptions {
  return {
    ...file,
    name: typed.name ?? file.name,
    pull: given.has("pull") ? typed.pull : file.pull,
    entrypoint: typed.entrypoint ?? file.entrypoint,
    // A new entrypoint makes the file's command meaningless, as it does the image's.
    command: typed.command ?? (given.has("entrypoint") ? undefined : file.command),
    environment: [...file.environment, ...typed.environment],
    labels: { ...file.labels, ...typed.labels },
    tty: typed.tty || file.tty,
    stdinOpen: typed.stdinOpen || file.stdinOpen,
    autoRemove: typed.autoRemove || file.autoRemove,
    allowUnenforcedLimits: typed.allowUnenforcedLimits,
  };
}

function notBeside(name: string, path: string): UsageError {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return new UsageError(`Cannot use ${flag} beside '${path}': the file describes that`, {
    hint: "Change the file; --name, -e, -l, -i, -t, --rm, --pull and --entrypoint may be given beside it",
  });
}
