/** Running a further process in a running container, directly on the user's terminal and pipes. */
import type { SpecProcess } from "../../oci/runtime_spec.ts";
import { BudgieError } from "../base/errors.ts";
import { nameOf } from "../bundle/execution_config.ts";
import { formatSpec } from "../bundle/spec_json.ts";
import { resolveUser } from "../bundle/user.ts";
import { capabilitySets, grantedCapabilities } from "../bundle/capabilities.ts";
import { hostFacts } from "../bundle/host_facts.ts";
import { execArgs } from "../runtime/args.ts";
import { parseRuntimeFailure } from "../runtime/failure.ts";
import { containerFiles, readSmall } from "./container_files.ts";
import { makeExecFolder, removeExecFolder } from "./exec_folder.ts";
import type { Engine } from "./engine.ts";
import { findContainer } from "./list.ts";
import { onSignals } from "./on_signals.ts";
import { runtimeGlobals } from "./runtime_state.ts";
import { START_HINTS } from "./start_error.ts";
import { requireTerminal } from "./terminal_streams.ts";
import type { ContainerView } from "./view.ts";

export interface ExecOptions {
  command: string[];
  /** `NAME=value`, over the container's own */
  environment: string[];
  /** absolute, in the container; undefined: the container's own */
  workdir?: string;
  /** `user[:group]`; undefined: the container's own */
  user?: string;
  tty: boolean;
  /** connect our standard input */
  stdin: boolean;
  privileged: boolean;
}

/**
 * @returns the process' exit code
 * @throws BudgieError when the container does not run; with 126 or 127 when there is no such program
 */
export async function execInContainer(engine: Engine, name: string, options: ExecOptions): Promise<number> {
  requireTerminal({ tty: options.tty, stdin: options.stdin || options.tty });
  const view = findContainer(engine, name);
  if (view.status !== "running") {
    throw new BudgieError(`Cannot execute in '${view.record.name}': it is not running`, {
      hint: `It is ${view.status}; 'budgie ps' shows what runs`,
    });
  }
  using stack = new DisposableStack();
  const folder = stack.adopt(makeExecFolder(engine.paths), removeExecFolder);
  // In a file, not in flags: other users' `ps` shows flags, and the environment may hold a password.
  const processFile = `${folder}/process.json`;
  Deno.writeTextFileSync(processFile, formatSpec(execProcess(engine, view, options)), { mode: 0o600 });
  const globals = { ...runtimeGlobals(engine, view.record.runtime), logFile: `${folder}/log` };
  const child = new Deno.Command(view.record.runtime, {
    args: execArgs(view.record.id, globals, { processFile }),
    // The runtime sizes and sets the terminal through its own standard input.
    stdin: options.stdin || options.tty ? "inherit" : "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // The terminal sends Ctrl-C to both of us, and the runtime passes it on; what is sent to us alone is passed here.
  stack.use(onSignals(["SIGINT"], () => {}));
  stack.use(onSignals(["SIGTERM"], (signal) => child.kill(signal)));
  const { code } = await child.status;
  const failure = code === 0 ? undefined : parseRuntimeFailure(readSmall(globals.logFile) ?? "");
  if (!failure) return code;
  throw new BudgieError(`Cannot execute in '${view.record.name}': ${failure.message}`, {
    hint: START_HINTS[failure.exitCode],
    exitCode: failure.exitCode,
  });
}

/** The container's own process with the user's changes. */
function execProcess(engine: Engine, view: ContainerView, options: ExecOptions): SpecProcess {
  const files = containerFiles(engine.paths, view.record.id);
  const own: SpecProcess = JSON.parse(Deno.readTextFileSync(files.spec)).process;
  const changed = new Set(options.environment.map(nameOf));
  const environment = [
    ...own.env.filter((variable) => !changed.has(nameOf(variable))),
    ...options.environment,
  ];
  const hasTerm = environment.some((variable) => nameOf(variable) === "TERM");
  return {
    ...own,
    args: options.command,
    env: options.tty && !hasTerm ? [...environment, "TERM=xterm"] : environment,
    cwd: options.workdir ?? own.cwd,
    terminal: options.tty,
    consoleSize: undefined,
    ...execIdentity(files.merged, own, options),
  };
}

function execIdentity(rootfs: string, own: SpecProcess, options: ExecOptions): Partial<SpecProcess> {
  const user = options.user === undefined ? own.user : resolveUser(rootfs, options.user, []);
  const bounding = options.privileged
    ? grantedCapabilities({ add: [], drop: [], privileged: true }, hostFacts().capabilities)
    : own.capabilities?.bounding ?? [];
  return {
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
    capabilities: capabilitySets(bounding, user.uid),
  };
}
