/**
 * Cleaning up what killed commands left: folders without a record, mounts of containers that have ended,
 * containers of `--rm` whose command died before it could remove them.
 */
import { isDiskFull } from "../base/disk_full.ts";
import { BudgieError } from "../base/errors.ts";
import { sleep } from "../base/sleep.ts";
import type { StorePaths } from "../store/paths.ts";
import { sweepRemoved } from "../store/remove_folder.ts";
import { runningDaemon } from "../store/daemon_lock.ts";
import { readState, type State, transaction } from "../store/state.ts";
import { readSupervision, supervisedIds } from "../store/supervision.ts";
import type { Engine } from "./engine.ts";
import { sweepExecFolders } from "./exec/exec_folder.ts";
import { containerFiles, readExit } from "./container_files.ts";
import { tryLockForPump } from "./locks.ts";
import { observeProcess } from "./observe.ts";
import { hasStartedRuntime, shimPid } from "./shim_process.ts";
import type { ContainerRecord } from "../store/container.ts";

/** A runtime needs some ten milliseconds to start a container. */
const START_LIMIT_MS = 5_000;
const START_CHECK_MS = 5;

/**
 * Cheap when there is nothing to do: three folders and one /proc file are read.
 * @returns whether a container runs, or waits to be started again, that nobody looks after
 */
export async function recover(engine: Engine): Promise<boolean> {
  const { paths } = engine;
  sweepRemoved(paths);
  sweepExecFolders(paths);
  const { containers } = readState(paths);
  if (orphanFolders(paths, containers).length > 0) await removeOrphanFolders(paths);
  const mounted = mountedContainers(paths);
  let unattended = false;
  for (const record of Object.values(containers)) {
    if (!record.options.autoRemove && !mounted.has(record.id)) continue;
    // Held by the command that started it, from before its process until all is done.
    using pumpLock = tryLockForPump(paths, record.id);
    if (!pumpLock) continue;
    if (!await hasEnded(paths, record)) {
      unattended = true;
      continue;
    }
    const { settleOwned } = await import("./settle.ts"); // only when needed: `ps` does without the kernel's doors
    await settleOwned(engine, record).catch(ignoreFacts);
  }
  return unattended || isAnyLeftWaiting(paths, containers);
}

/** Whether a daemon that was killed had said that it would start one again. */
function isAnyLeftWaiting(paths: StorePaths, containers: State["containers"]): boolean {
  const ids = [...supervisedIds(paths)];
  if (ids.length === 0 || runningDaemon(paths)) return false;
  return ids.some((id) => containers[id] && readSupervision(paths, id)?.waiting);
}

/** What can't be cleaned up is no command's concern, and may be what it is to remove. */
function ignoreFacts(error: unknown): void {
  if (!(error instanceof BudgieError) && !isDiskFull(error)) throw error;
}

/** Whether it is not up; one that the runtime is about to start, after its command was killed, is waited for. */
export async function hasEnded(paths: StorePaths, record: ContainerRecord): Promise<boolean> {
  const files = containerFiles(paths, record.id);
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
    const { status } = observeProcess(paths, record);
    if (status !== "created") return status !== "running" && status !== "paused";
    const shim = shimPid(files.shimPid, record.id);
    if (shim === undefined || !hasStartedRuntime(shim) || readExit(files) !== undefined) return true;
    await sleep(START_CHECK_MS);
  }
  return false;
}

/** A folder is made, and its record written, in one transaction: under its lock, one alone is an orphan. */
async function removeOrphanFolders(paths: StorePaths): Promise<void> {
  const { removeContainerFolder } = await import("./removal.ts");
  transaction(paths, ({ containers }) => {
    for (const id of orphanFolders(paths, containers)) removeContainerFolder(paths, id);
  });
}

function orphanFolders(paths: StorePaths, containers: State["containers"]): string[] {
  return [...Deno.readDirSync(paths.containers)].map(({ name }) => name).filter((id) => !containers[id]);
}

function mountedContainers(paths: StorePaths): Set<string> {
  const mounted = new Set<string>();
  const prefix = ` ${asInMountinfo(Deno.realPathSync(paths.containers))}/`;
  for (const line of Deno.readTextFileSync("/proc/self/mountinfo").split("\n")) {
    const start = line.indexOf(prefix);
    if (start >= 0) mounted.add(line.slice(start + prefix.length).split("/", 1)[0]);
  }
  return mounted;
}

/** As the kernel names it: the characters that part its fields as a backslash and three octal digits (proc(5)). */
function asInMountinfo(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}
