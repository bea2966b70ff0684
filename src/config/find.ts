/** Which file is the configuration. Loads nothing: most hosts have none, and every command asks. */
import { BudgieError } from "../base/errors.ts";
import { readOpenTextFile, readTextFile, whyUnreadable } from "../base/text_file.ts";

interface Environment {
  get(name: string): string | undefined;
}

/** A file that is there. */
export interface ConfigFile {
  /** as the person wrote it, or as it was looked for: for messages */
  path: string;
  text: string;
}

/** Where a file is looked for that nobody names, the first first. Relative to the working directory. */
export function usualPaths(env: Environment): string[] {
  const home = env.get("HOME") || "/root";
  return [
    "budgie.yaml",
    `${home}/.budgie/budgie.yaml`,
    `${env.get("XDG_CONFIG_HOME") || `${home}/.config`}/budgie/budgie.yaml`,
    "/etc/budgie/budgie.yaml",
  ];
}

/**
 * The file that counts: `--config`, BUDGIE_CONFIG, or the first of the usual ones that is there.
 * @throws BudgieError for one that is named and can't be read, and for one that somebody else may have put there
 */
export function findConfig(env: Environment, flag?: string): ConfigFile | undefined {
  const named = flag || env.get("BUDGIE_CONFIG");
  if (named) {
    const info = look(named);
    if (!info) throw missing(named, flag ? "--config" : "BUDGIE_CONFIG");
    if (info.isFifo || info.isSocket) throw notThereTwice(named);
    return { path: named, text: readTextFile(named) };
  }
  for (const path of usualPaths(env)) {
    // To open a pipe that somebody put there would be to wait for him.
    if (look(path)?.isFile) return { path, text: readOwnFile(path, env) };
  }
}

/** Whoever writes the file chooses the program that root runs, and the working directory may be anybody's. */
function readOwnFile(path: string, env: Environment): string {
  using file = open(path);
  const { uid, mode } = file.statSync(); // of the file that is read, whatever the path leads to next
  const trusted = [0, Deno.uid(), Number(env.get("SUDO_UID") ?? 0)];
  const isForeign = !trusted.includes(uid ?? 0);
  if (!isForeign && ((mode ?? 0) & 0o002) === 0) return readOpenTextFile(file, path);
  const reason = isForeign ? `it belongs to another user (${uid})` : "anybody may write to it";
  throw new BudgieError(`Cannot use '${path}': ${reason}`, {
    hint: `Change that, or take it all the same with --config ${path}, or name another one`,
  });
}

function open(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    throw new BudgieError(`Cannot read '${path}': ${whyUnreadable(error)}`, { cause: error });
  }
}

function missing(path: string, namedBy: string): BudgieError {
  return new BudgieError(`Cannot read '${path}': there is no such file`, {
    hint: `${namedBy} names it; 'budgie config init --path ${path}' makes one`,
  });
}

function notThereTwice(path: string): BudgieError {
  return new BudgieError(`Cannot use '${path}': it is a pipe, and a daemon reads the configuration again`, {
    hint: "Write it to a file, or give single settings with --set",
  });
}

/** undefined: there is nothing. */
function look(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw new BudgieError(`Cannot read '${path}': ${whyUnreadable(error)}`, { cause: error });
  }
}
