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

export interface ExecArgsOptions {
  /** a process.json */
  processFile: string;
  /** where the PID of the new process, as the host sees it, is written */
  pidFile?: string;
  /** return as soon as it runs, instead of with its exit code */
  detach?: boolean;
}

/** Runs a further process in a running container. */
export function execArgs(id: string, globals: RuntimeGlobals, options: ExecArgsOptions): string[] {
  const args = [...globalArgs(globals), "exec", "--process", options.processFile];
  if (options.pidFile) args.push("--pid-file", options.pidFile);
  if (options.detach) args.push("--detach");
  return [...args, id];
}

/** Stops all processes of a container where they are, by the freezer of its cgroup. */
export function pauseArgs(id: string, globals: RuntimeGlobals): string[] {
  return [...globalArgs(globals), "pause", id];
}

/** Lets the processes of a paused container go on. */
export function resumeArgs(id: string, globals: RuntimeGlobals): string[] {
  return [...globalArgs(globals), "resume", id];
}

/** Changes the limits of a running container to those of a file (runtime-spec config-linux.md, "Control groups"). */
export function updateArgs(
  id: string,
  globals: RuntimeGlobals,
  options: { resourcesFile: string },
): string[] {
  return [...globalArgs(globals), "update", "--resources", options.resourcesFile, id];
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
