/** The processes of a container: those in its cgroup, and in the cgroups that it made below. */
import { cgroupFolder } from "./cgroup.ts";
import { readSmall } from "../container_files.ts";

/** The controller whose tree is read in v1: a container that can be paused is in it. */
const CONTROLLER = "freezer";

/**
 * PIDs as the host sees them.
 * @param init a process of the container, the first one as a rule
 * @param root where /proc and /sys are looked for: "" is this machine, a directory is a test's
 */
export function cgroupProcesses(init: number, root = ""): Set<number> {
  const folder = cgroupFolder(init, CONTROLLER, root);
  return new Set(folder === undefined ? [] : processesBelow(folder));
}

function processesBelow(folder: string): number[] {
  const own = (readSmall(`${folder}/cgroup.procs`) ?? "").split("\n").filter(Boolean).map(Number);
  return [...own, ...foldersIn(folder).flatMap(processesBelow)];
}

function foldersIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory).map(({ name }) =>
      `${folder}/${name}`
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return []; // it ended just now
    throw error;
  }
}
