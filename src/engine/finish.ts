/** What is to do once a container has ended, by whoever is there: the foreground run, stop, rm, recovery. */
import { unmountRootfs } from "../bundle/rootfs.ts";
import { parseExecFailure, parseRuntimeFailure, type RuntimeFailure } from "../runtime/failure.ts";
import type { ContainerRecord } from "../store/container.ts";
import { isDiskFull } from "../base/disk_full.ts";
import { exists } from "../base/optional_file.ts";
import { recordContainerEvent } from "../store/events.ts";
import { type ContainerFiles, containerFiles, readExit, readSmall, writeExit } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { disconnectIfConnected } from "./network/if_needed.ts";
import { observeProcess } from "./observe.ts";
import { removeSecretFiles } from "./secret/if_needed.ts";
import { removeEnded } from "./removal.ts";
import { isUnfinished } from "./shim_process.ts";
import { removeRuntimeState } from "./runtime_state.ts";
import type { ContainerView } from "./view.ts";

/** What a runtime says of a program that can't be executed is shorter. */
const MAX_LINE_BYTES = 8 * 1024;

/**
 * Takes its network away, unmounts the root file system, writes down why a start failed, and removes the container
 * if it was started with --rm. The container must have ended; doing it twice is fine.
 *
 * @returns the container as it was before a removal
 */
export async function finishContainer(engine: Engine, record: ContainerRecord): Promise<ContainerView> {
  const files = containerFiles(engine.paths, record.id);
  recordFailure(files);
  const view = observeProcess(engine.paths, record);
  if (takeRun(files) && view.status === "exited") {
    if (view.oomKilled) recordContainerEvent(engine.paths, record, "oom");
    recordContainerEvent(engine.paths, record, "die", { exitCode: String(view.exitCode) });
  }
  removeRuntimeState(engine, record);
  // Before the mount goes, by which recovery knows what is unfinished.
  await disconnectIfConnected(engine, record);
  await removeSecretFiles(engine.paths, record.id);
  if (record.options.autoRemove) removeEnded(engine.paths, record, { volumes: true });
  else unmountRootfs(files.directory);
  return view;
}

/** True for one of those who finish a run. */
function takeRun(files: ContainerFiles): boolean {
  if (!isUnfinished(files)) return false;
  Deno.removeSync(files.ack);
  return true;
}

/** The runtime's exit code says little; docker's 126 and 127 are in its message. */
function recordFailure(files: ContainerFiles): void {
  const exitCode = readExit(files);
  if (!exitCode) return;
  const failure = startFailure(files, exitCode);
  if (!failure) return;
  try {
    Deno.writeTextFileSync(files.error, failure.message);
    writeExit(files, failure.exitCode);
  } catch (error) {
    if (!isDiskFull(error)) throw error; // the runtime's own code has to do
  }
  if (exists(files.pid)) Deno.removeSync(files.pid); // it never ran
}

function startFailure(files: ContainerFiles, exitCode: number): RuntimeFailure | undefined {
  if (readSmall(files.pid)) {
    return exitCode === 1 ? parseExecFailure(lastOutput(files)) : undefined;
  }
  if (readSmall(files.error) !== undefined) return undefined; // it was done before
  return parseRuntimeFailure(readSmall(files.runtimeLog) ?? "") ??
    { message: "the runtime gave no reason", exitCode: 125 };
}

/** The last line that was logged, if it is short. */
function lastOutput(files: ContainerFiles): string {
  if (!exists(files.log)) return "";
  using log = Deno.openSync(files.log);
  const size = log.seekSync(0, Deno.SeekMode.End);
  log.seekSync(Math.max(0, size - MAX_LINE_BYTES), Deno.SeekMode.Start);
  const end = new Uint8Array(Math.min(size, MAX_LINE_BYTES));
  const count = log.readSync(end) ?? 0;
  const last = new TextDecoder().decode(end.subarray(0, count)).trimEnd().split(/\r?\n/).at(-1)!;
  return last.replace(/^\S+ \S+ \S /, "");
}
