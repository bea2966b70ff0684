/** The shim of a container, as a process. */
import { exists } from "../base/optional_file.ts";
import { type ContainerFiles, readSmall } from "./container_files.ts";

/** The PID of the container's shim if it lives: its command line names the container's folder. */
export function shimPid(file: string, id: string): number | undefined {
  const pid = Number(readSmall(file) ?? 0);
  return pid && readSmall(`/proc/${pid}/cmdline`)?.includes(id) ? pid : undefined;
}

/** Whether it has started the runtime, or still waits for the command that spawned it. */
export function hasStartedRuntime(pid: number): boolean {
  return Boolean(readSmall(`/proc/${pid}/task/${pid}/children`));
}

/** Whether there was a start whose end nobody has finished: its shim's FIFO is still there, and maybe the shim. */
export function isUnfinished(files: ContainerFiles): boolean {
  return exists(files.ack);
}

/**
 * Ends a shim whose container does not run, and the runtime with it: the shim leads their process group,
 * and a runtime may stand still where nobody reads its last output. One whose command was killed before the shim
 * could say its PID is looked for.
 */
export function endShim(files: ContainerFiles, id: string): void {
  const pid = shimPid(files.shimPid, id) ?? (isUnfinished(files) ? findShim(files.directory) : undefined);
  if (pid === undefined) return;
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it ended by itself just now
  }
}

/** A /bin/sh with the container's folder among its words. */
function findShim(directory: string): number | undefined {
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = readSmall(`/proc/${name}/cmdline`)?.split("\0") ?? [];
    if (words[0] === "/bin/sh" && words.includes(directory)) return Number(name);
  }
}
