/** Seeing how a container is: from its process and the shim's files, never from what was written down before. */
import { existsSync } from "node:fs";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { readSupervision } from "../store/supervision.ts";
import { isFrozen } from "./cgroup/cgroup.ts";
import { changeTime, containerFiles, readExit, readPid, readSmall } from "./container_files.ts";
import { shimPid } from "./shim_process.ts";
import { type ContainerView, isUp } from "./view.ts";

/** Docker's code for an end that nobody saw: the power went, or the shim was killed. */
const UNKNOWN_EXIT_CODE = 255;

/** What a listing has looked up once for all of its containers. */
export interface Lookup {
  /** false for a PID that no process has */
  mayLive(pid: number): boolean;
  /** false for a container of which the daemon says nothing */
  isSupervised(id: string): boolean;
}

const LOOK_EACH: Lookup = { mayLive: () => true, isSupervised: () => true };

/** A container as it is now. */
export function observe(paths: StorePaths, record: ContainerRecord, lookup = LOOK_EACH): ContainerView {
  const view = observeProcess(paths, record, lookup);
  const told = lookup.isSupervised(record.id) ? readSupervision(paths, record.id) : undefined;
  if (!told || told.starts !== record.starts) return view; // of what was before a user started it again
  const { restartCount, waiting, health, run } = told;
  if (isUp(view)) return { ...view, restartCount, health: run === view.startedAt ? health : undefined };
  return waiting ? { ...view, status: "restarting", restartCount, waiting } : { ...view, restartCount };
}

/** The same without what the daemon says: one that waits to be started again is exited, or created. */
export function observeProcess(
  paths: StorePaths,
  record: ContainerRecord,
  lookup = LOOK_EACH,
): ContainerView {
  const files = containerFiles(paths, record.id);
  const view: ContainerView = {
    record,
    status: "created",
    pid: 0,
    exitCode: 0,
    oomKilled: false,
    restartCount: 0,
  };
  const pid = readPid(files.pid);
  if (pid) view.startedAt = changeTime(files.pid);
  // The process first: an exit file is also written when only the runtime's own process was killed.
  if (pid && lookup.mayLive(pid) && isProcessOf(pid, record.id)) {
    return { ...view, status: isFrozen(pid) ? "paused" : "running", pid };
  }

  const exitCode = readExit(files);
  if (!pid) {
    if (exitCode === undefined) return view;
    return { ...view, exitCode, error: readSmall(files.error) };
  }
  // Mostly it is missing, of which Deno's own calls make an error: that is ten times as slow.
  const oomKilled = existsSync(files.oom);
  if (exitCode !== undefined) {
    return { ...view, status: "exited", exitCode, oomKilled, finishedAt: changeTime(files.exit) };
  }
  // Ended, and the runtime is still passing the last output on.
  if (shimPid(files.shimPid, record.id)) return { ...view, status: "running", pid };
  const error = "how it ended was not recorded";
  return { ...view, status: "exited", exitCode: UNKNOWN_EXIT_CODE, oomKilled, error };
}

/**
 * Whether `pid` is in the container's cgroup: its path holds the ID, so a PID that was given to another
 * process, or a file from before a reboot, cannot be mistaken for it.
 */
export function isProcessOf(pid: number, id: string): boolean {
  return readSmall(`/proc/${pid}/cgroup`)?.includes(id) === true &&
    !/^State:\s+[ZX]/m.test(readSmall(`/proc/${pid}/status`) ?? "State: X");
}
