/** The command lines of runc and crun; they share all that is used here. Pure. */

/** Options before the sub-command. */
export interface RuntimeGlobals {
  /** where the runtime keeps its own state */
  root: string;
  /**
   * its messages as JSON lines: the only place where its errors are apart from the container's output. Relative to
   * the working directory, or without a colon.
   */
  logFile?: string;
}

/** Creates and starts in the foreground, and deletes at the end (runtime-spec runtime.md, "Lifecycle"). */
export function runArgs(
  id: string,
  globals: RuntimeGlobals,
  options: { bundle: string; pidFile: string },
): string[] {
  return [...globalArgs(globals), "run", "--bundle", options.bundle, "--pid-file", options.pidFile, id];
}

/** Runs a further process, described by a process.json, in a running container. */
export function execArgs(id: string, globals: RuntimeGlobals, options: { processFile: string }): string[] {
  return [...globalArgs(globals), "exec", "--process", options.processFile, id];
}

/** Kills what is left and forgets the container. */
export function deleteArgs(id: string, globals: RuntimeGlobals): string[] {
  return [...globalArgs(globals), "delete", "--force", id];
}

function globalArgs(globals: RuntimeGlobals): string[] {
  const args = ["--root", globals.root];
  if (globals.logFile) args.push("--log", globals.logFile, "--log-format", "json");
  return args;
}
