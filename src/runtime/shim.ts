/**
 * The parent of a container: a /bin/sh that starts the runtime in the foreground and writes down how it
 * ended. It, and so the container, depends on no budgie process, and costs 0.2 MB.
 *
 * Protocol, in the container's folder; the FIFOs lie in its folder `streams`:
 * - `out`, `err`: FIFOs with the output. The shim keeps them open at both ends, so that no write of the
 *   container meets EPIPE while nobody reads.
 * - `pid`: written by the runtime once the container runs.
 * - `exit`: a symlink whose target is the exit code: made in one step, and on a full disk too.
 * - `ack`: the shim ends, and the FIFOs with it, only when somebody opens this for reading: what is still
 *   in the pipes is kept until then.
 * - `taken`: the FIFO with what was taken out of the pipes and may not be logged yet; the shim keeps it open.
 * - `in`: the FIFO behind standard input, when it is kept open. Its one writer decides when it ends; or the shim
 *   keeps it open too, and writers may come and go.
 * - `pts`: with a terminal, the FIFO by which the shim is told the number of the pty whose master it holds
 *   as descriptor 7; pidfd_getfd(2) takes a duplicate.
 *
 * The container gets write-only ends: with the keepers it could read its own output back.
 */
import type { RuntimeGlobals } from "./args.ts";
import { runArgs } from "./args.ts";

/** The shim's descriptor of the pty's master. */
export const SHIM_PTY_FD = 7;

export interface ShimOptions {
  /** `containers/<id>`: the bundle, the FIFOs and the files of the protocol */
  directory: string;
  /** the folder with `config.json`, absolute and without symlinks; undefined: `directory` */
  bundle?: string;
  runtime: string;
  id: string;
  globals: RuntimeGlobals;
  tty: boolean;
  /** undefined: standard input is empty; until-closed: it ends with its first writer; kept: it never ends */
  stdin?: "until-closed" | "kept";
}

const PIPES = `exec 8<>streams/out 9<>streams/err; "$@" </dev/null >streams/out 2>streams/err 4<&- 8<&- 9<&-`;
// The shim itself waits for the writer of `in`: as long as it has no child, no runtime was started.
const PIPES_AND_STDIN =
  `exec 8<>streams/out 9<>streams/err 6<streams/in; "$@" <&6 >streams/out 2>streams/err 4<&- 6<&- 8<&- 9<&-`;
const PIPES_AND_KEPT_STDIN =
  `exec 8<>streams/out 9<>streams/err 5<>streams/in; "$@" <streams/in >streams/out 2>streams/err 4<&- 5<&- 8<&- 9<&-`;
// The shim, which leads the session, opens the pty: a new size is told to its process group. In a subshell, for dash
// makes the redirections of a command in the shell itself, and would move the master to another descriptor meanwhile.
const PTY = `exec ${SHIM_PTY_FD}<>/dev/ptmx; echo $$ >shim.pid; read -r n <streams/pts
exec 6<>/dev/pts/$n; (exec "$@" <&6 >&6 2>&1 4<&- 6<&- ${SHIM_PTY_FD}<&-)`;

/** The shim's program for `sh -c`: $1 is the folder, the rest the runtime's command line. */
export function shimScript({ tty, stdin }: Pick<ShimOptions, "tty" | "stdin">): string {
  const pipes = stdin === "kept" ? PIPES_AND_KEPT_STDIN : stdin ? PIPES_AND_STDIN : PIPES;
  // -P: runc takes the bundle's path from $PWD, and refuses one with a symlink in it.
  return `cd -P "$1" || exit; shift; umask 022; exec 4<>streams/taken
${tty ? PTY : `echo $$ >shim.pid; ${pipes}`}
ln -s $? exit
: >streams/ack`;
}

/** Starts the shim in a session of its own, which outlives this process. @returns its PID */
export function spawnShim(options: ShimOptions): number {
  const runtimeArgs = runArgs(options.id, options.globals, {
    bundle: options.bundle ?? ".",
    // crun takes it as relative to the bundle, runc as relative to the working directory.
    pidFile: options.bundle ? `${options.directory}/pid` : "pid",
  });
  const shim = new Deno.Command("/bin/sh", {
    args: ["-c", shimScript(options), "budgie", options.directory, options.runtime, ...runtimeArgs],
    // Nothing of the user's environment reaches the runtime, its hooks or /proc/<pid>/environ.
    clearEnv: true,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  shim.unref();
  return shim.pid;
}
