/** Seeing how a container is: from its process and the shim's files, never from what was written down before. */
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { changeTime, containerFiles, readExit, readSmall } from "./container_files.ts";
import { shimPid } from "./shim_process.ts";
import type { ContainerView } from "./view.ts";

/** Docker's code for an end that nobody saw: the power went, or the shim was killed. */
const UNKNOWN_EXIT_CODE = 255;

/** @param mayLive false for a PID that no process has */
export function observe(
  paths: StorePaths,
  record: ContainerRecord,
  mayLive: (pid: number) => boolean = () => true,
): ContainerView {
  const files = containerFiles(paths, record.id);
  const view: ContainerView = { record, status: "created", pid: 0, exitCode: 0, oomKilled: false };
  const pid = Number(readSmall(files.pid) ?? 0);
  if (pid) view.startedAt = changeTime(files.pid);
  // The process first: an exit file is also written when only the runtime's own process was killed.
  if (pid && mayLive(pid) && isProcessOf(pid, record.id)) return { ...view, status: "running", pid };

  const exitCode = readExit(files);
  if (!pid) {
    if (exitCode === undefined) return view;
    return { ...view, exitCode, error: readSmall(files.error) };
  }
  if (exitCode !== undefined) {
    return { ...view, status: "exited", exitCode, finishedAt: changeTime(files.exit) };
  }
  // Ended, and the runtime is still passing the last output on.
  if (shimPid(files.shimPid, record.id)) return { ...view, status: "running", pid };
  return { ...view, status: "exited", exitCode: UNKNOWN_EXIT_CODE, error: "how it ended was not recorded" };
}

/**
 * Whether `pid` is in the container's cgroup: its path holds the ID, so a PID that was given to another
 * process, or a file from before a reboot, cannot be mistaken for it.
 */
export function isProcessOf(pid: number, id: string): boolean {
  return readSmall(`/proc/${pid}/cgroup`)?.includes(id) === true &&
    !/^State:\s+[ZX]/m.test(readSmall(`/proc/${pid}/status`) ?? "State: X");
}
