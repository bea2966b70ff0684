/** Running a further process in a running container, directly on the user's terminal and pipes. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { execArgs } from "../../runtime/args.ts";
import { parseRuntimeFailure } from "../../runtime/failure.ts";
import { recordContainerEvent } from "../../store/events.ts";
import { readSmall } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { execFiles, makeExecFolder, removeExecFolder } from "./exec_folder.ts";
import { type ProcessOptions, writeProcessFile } from "./exec_process.ts";
import { findContainer } from "../list.ts";
import { keepNullOwner, ownStream, settleStreams } from "./exec_streams.ts";
import { onSignals } from "../stream/on_signals.ts";
import { runtimeGlobals } from "../runtime_state.ts";
import { START_HINTS } from "../start_error.ts";
import { requireTerminal } from "../stream/terminal_streams.ts";
import type { ContainerView } from "../view.ts";

export interface ExecOptions extends ProcessOptions {
  /** connect our standard input */
  stdin: boolean;
  /** leave it running, with no streams at all; neither `stdin` nor `tty` then */
  detach: boolean;
}

/**
 * @returns the process' exit code; 0 for one that was left running
 * @throws BudgieError when the container does not run; with 126 or 127 when there is no such program
 */
export async function execInContainer(engine: Engine, name: string, options: ExecOptions): Promise<number> {
  if (options.detach) requireNoStreams(options);
  requireTerminal({ tty: options.tty, stdin: options.stdin || options.tty });
  const view = findContainer(engine, name);
  requireRunning(view);
  using stack = new DisposableStack();
  const files = execFiles(stack.adopt(makeExecFolder(engine.paths), removeExecFolder));
  writeProcessFile(engine, view, { ...options, path: files.process });
  const event = execEvents(engine, view, options.command);
  event("exec_create");
  if (options.detach) stack.use(await keepNullOwner(engine.paths));
  const connected = options.stdin || options.tty;
  const outputs = [ownStream(1), ownStream(2)];
  const child = new Deno.Command(view.record.runtime, {
    args: execArgs(view.record.id, { ...runtimeGlobals(engine, view.record.runtime), logFile: files.log }, {
      processFile: files.process,
      detach: options.detach,
    }),
    // The runtime sizes and sets the terminal through its own standard input.
    stdin: options.detach ? "null" : connected ? "inherit" : "piped",
    stdout: options.detach ? "null" : outputs[0],
    stderr: options.detach ? "null" : outputs[1],
  }).spawn();
  if (!options.detach) settleStreams(child, { stdin: !connected, outputs });
  event("exec_start");
  // The terminal sends Ctrl-C to both of us, and the runtime passes it on; what is sent to us alone is passed here.
  stack.use(onSignals(["SIGINT"], () => {}));
  stack.use(onSignals(["SIGTERM"], (signal) => child.kill(signal)));
  const { code } = await child.status;
  const failure = code === 0 ? undefined : parseRuntimeFailure(readSmall(files.log) ?? "");
  if (failure || !options.detach) event("exec_die", failure?.exitCode ?? code);
  if (!failure) return code;
  throw new BudgieError(`Cannot execute in '${view.record.name}': ${failure.message}`, {
    hint: START_HINTS[failure.exitCode],
    exitCode: failure.exitCode,
  });
}

function requireNoStreams({ stdin, tty }: ExecOptions): void {
  if (!stdin && !tty) return;
  throw new UsageError(`Cannot use -d together with ${tty ? "-t" : "-i"}: nobody would type or read`, {
    hint: "Leave out -i and -t",
  });
}

function requireRunning({ record, status }: ContainerView): void {
  if (status === "running") return;
  if (status === "paused") {
    throw new BudgieError(`Cannot execute in '${record.name}': it is paused`, {
      hint: `Let it go on first: 'budgie unpause ${record.name}'`,
    });
  }
  throw new BudgieError(`Cannot execute in '${record.name}': it is not running`, {
    hint: `It is ${status}; 'budgie ps' shows what runs`,
  });
}

/** Docker's events of one exec: the command stands behind the name of the first two. */
function execEvents(engine: Engine, { record }: ContainerView, command: string[]) {
  const execID = crypto.getRandomValues(new Uint8Array(32)).toHex();
  return (action: "exec_create" | "exec_start" | "exec_die", exitCode?: number) => {
    const ended = exitCode !== undefined;
    recordContainerEvent(
      engine.paths,
      record,
      ended ? action : `${action}: ${command.join(" ")}`,
      ended ? { execID, exitCode: String(exitCode) } : { execID },
    );
  };
}
