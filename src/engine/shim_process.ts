/** The shim of a container, as a process. */
import { readSmall } from "./container_files.ts";

/** The PID of the container's shim if it lives: its command line names the container's folder. */
export function shimPid(file: string, id: string): number | undefined {
  const pid = Number(readSmall(file) ?? 0);
  return pid && readSmall(`/proc/${pid}/cmdline`)?.includes(id) ? pid : undefined;
}

/** Whether it has started the runtime, or still waits for the command that spawned it. */
export function hasStartedRuntime(pid: number): boolean {
  return Boolean(readSmall(`/proc/${pid}/task/${pid}/children`));
}

/**
 * Ends a shim whose container does not run, and the runtime with it: the shim leads their process group,
 * and a runtime may stand still where nobody reads its last output.
 */
export function endShim(file: string, id: string): void {
  const pid = shimPid(file, id);
  if (pid === undefined) return;
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it ended by itself just now
  }
}
