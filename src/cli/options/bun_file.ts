/** The few flags of `run` that make sense beside .bun files. Loads the YAML library. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { type BunFile, unsupportedKeys } from "../../bunfile/bun_file.ts";
import { readBunFiles } from "../../bunfile/parse.ts";
import { formatProblem } from "../../yaml/problem.ts";
import { bunOptions, bunScale } from "../../engine/bun_options.ts";
import { checkNetworkOptions } from "../../engine/network/network_choice.ts";
import { scaleOut } from "../../engine/together/scale.ts";
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
  "replace",
  "rm",
  "tty",
] as const satisfies readonly (keyof ContainerFlags)[];

/** Flags of the command and not of the container. */
const OF_THE_COMMAND = ["balance", "detach", "detachKeys", "scale", "sigProxy"];

/** Of those, the ones that would be said of several descriptions and fit one only. */
const FOR_ONE = ["balance", "cidfile", "entrypoint", "interactive", "name", "scale", "tty"];

/**
 * What one file describes, for commands that make a single container.
 * @throws BudgieError for a file that can't be read or asks for what isn't there yet; UsageError for a flag, and for
 * a file of several
 */
export function bunFileOptions(
  path: string,
  command: string[],
  flags: ContainerFlags,
  given: ReadonlySet<string>,
): ContainerOptions {
  const bunFiles = readBunFiles(path);
  if (bunFiles.length > 1) {
    throw new UsageError(`Cannot use '${path}': it describes ${bunFiles.length} containers, not one`);
  }
  const [options] = optionsBeside(bunFiles, { command, flags, given });
  const scale = bunScale(bunFiles[0]);
  if (scale === undefined) return options;
  if (scale.count > 1) {
    throw new UsageError(`Cannot use '${path}': it describes ${scale.count} containers, not one`);
  }
  return scaleOut(options, scale)[0];
}

/**
 * What the documents describe, with what was typed on top.
 * @param typed.command words for the container, instead of the file's
 * @param typed.given names of the flags that were typed, as in `ContainerFlags`
 * @throws BudgieError for a document that asks for what isn't there yet; UsageError for a flag
 */
export function optionsBeside(
  bunFiles: readonly BunFile[],
  typed: { command: string[]; flags: ContainerFlags; given: ReadonlySet<string> },
): ContainerOptions[] {
  const { command, flags, given } = typed;
  const files = [...new Set(bunFiles.map(({ source }) => `'${source.written}'`))].join(", ");
  refuseFlags(given, files, bunFiles.length);
  if (bunFiles.length > 1 && command.length > 0) {
    throw new UsageError(`Cannot run '${command[0]}' in ${bunFiles.length} containers at once`, {
      hint: "A command goes with one file that describes one container",
    });
  }
  refuseUnsupportedKeys(bunFiles, files);
  const fromFlags = containerOptions("", command, flags);
  return bunFiles.map((bun) => checked(overridden(bunOptions(bun, fromFlags), fromFlags, given), bun));
}

function refuseFlags(given: ReadonlySet<string>, files: string, count: number): void {
  for (const name of given) {
    if (!OF_THE_COMMAND.includes(name) && !OVERRIDES.some((override) => override === name)) {
      throw new UsageError(`Cannot use ${flagOf(name)} beside ${files}: the file describes that`, {
        hint: "Change the file; --name, -e, -l, -i, -t, --rm, --pull and --entrypoint may be given beside it",
      });
    }
    if (count > 1 && FOR_ONE.includes(name)) {
      throw new UsageError(`Cannot use ${flagOf(name)} beside ${files}: there are ${count} containers`, {
        hint: "Say it in the documents; -e, -l, --rm and --pull may be given beside several",
      });
    }
  }
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function refuseUnsupportedKeys(bunFiles: readonly BunFile[], files: string): void {
  const problems = bunFiles.flatMap((bun) =>
    unsupportedKeys(bun).map(({ key, line, column }) =>
      formatProblem({ path: bun.source.written, line, column, message: `'${key}' is not supported yet` })
    )
  );
  if (problems.length === 0) return;
  throw new BudgieError(`Cannot run ${files}: it asks for what is not there yet\n${problems.join("\n")}`, {
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

function checked(options: ContainerOptions, { source }: BunFile): ContainerOptions {
  checkNetworkOptions(options); // the network may be the environment's, which the schema does not know
  const policy = options.restartPolicy.name;
  if (!options.autoRemove || policy === "no") return options;
  throw new UsageError(`Cannot use --rm beside '${source.written}': its restart_policy is ${policy}`, {
    hint: "Leave --rm out: what is removed at its end can't be started again",
  });
}
