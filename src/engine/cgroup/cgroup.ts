/** Where the files of a container's cgroup are (cgroups(7)): one tree for each controller in v1, one for all in v2. */
import { exists } from "../../base/optional_file.ts";
import { readSmall } from "../container_files.ts";

const MOUNT = "/sys/fs/cgroup";

/** @param root where /proc and /sys are looked for: "" is this machine, a directory is a test's */
export function cgroupVersion(root = ""): 1 | 2 {
  return exists(`${root}${MOUNT}/cgroup.controllers`) ? 2 : 1;
}

/**
 * The folder that holds the files of `controller` (v1's name) for the cgroup of a process; undefined when the
 * process has ended.
 */
export function cgroupFolder(pid: number, controller: string, root = ""): string | undefined {
  const lines = (readSmall(`${root}/proc/${pid}/cgroup`) ?? "").split("\n");
  if (cgroupVersion(root) === 2) {
    const path = lines.find((line) => line.startsWith("0::"))?.slice("0::".length);
    return path && `${root}${MOUNT}${path}`;
  }
  for (const line of lines) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers?.split(",").includes(controller)) return `${root}${MOUNT}/${controllers}${path}`;
  }
  return undefined;
}

/** Whether the processes of its cgroup are stopped (kernel: freezer-subsystem.rst, cgroup-v2.rst). */
export function isFrozen(pid: number, root = ""): boolean {
  const folder = cgroupFolder(pid, "freezer", root);
  if (!folder) return false;
  return cgroupVersion(root) === 2
    ? readSmall(`${folder}/cgroup.freeze`) === "1"
    : /^FR/.test(readSmall(`${folder}/freezer.state`) ?? ""); // FROZEN, and FREEZING on its way there
}
