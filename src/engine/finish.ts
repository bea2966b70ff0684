/** What is to do once a container has ended, by whoever is there: the foreground run, stop, rm, recovery. */
import { unmountRootfs } from "../bundle/rootfs.ts";
import { parseExecFailure, parseRuntimeFailure, type RuntimeFailure } from "../runtime/failure.ts";
import type { ContainerRecord } from "../store/container.ts";
import { exists } from "../base/optional_file.ts";
import { type ContainerFiles, containerFiles, readExit, readSmall, writeExit } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";
import { removeEnded } from "./removal.ts";
import { removeRuntimeState } from "./runtime_state.ts";
import type { ContainerView } from "./view.ts";

/** What a runtime says of a program that can't be executed is shorter. */
const MAX_LINE_BYTES = 8 * 1024;

/**
 * Unmounts the root file system, writes down why a start failed, and removes the container if it was
 * started with --rm. The container must have ended; doing it twice is fine.
 *
 * @returns the container as it was before a removal
 */
export function finishContainer(engine: Engine, record: ContainerRecord): ContainerView {
  const files = containerFiles(engine.paths, record.id);
  recordFailure(files);
  const view = observe(engine.paths, record);
  removeRuntimeState(engine, record);
  if (record.options.autoRemove) removeEnded(engine.paths, record, { volumes: true });
  else unmountRootfs(files.directory);
  return view;
}

/** The runtime's exit code says little; docker's 126 and 127 are in its message. */
function recordFailure(files: ContainerFiles): void {
  const exitCode = readExit(files);
  if (!exitCode) return;
  const failure = startFailure(files, exitCode);
  if (!failure) return;
  writeExit(files, failure.exitCode);
  Deno.writeTextFileSync(files.error, failure.message);
  if (exists(files.pid)) Deno.removeSync(files.pid); // it never ran
}

function startFailure(files: ContainerFiles, exitCode: number): RuntimeFailure | undefined {
  if (readSmall(files.pid) !== undefined) {
    return exitCode === 1 ? parseExecFailure(onlyOutput(files)) : undefined;
  }
  if (readSmall(files.error) !== undefined) return undefined; // it was done before
  return parseRuntimeFailure(readSmall(files.runtimeLog) ?? "") ??
    { message: "the runtime gave no reason", exitCode: 125 };
}

/** The container's output if it is one short line. */
function onlyOutput(files: ContainerFiles): string {
  if (Deno.statSync(files.log).size > MAX_LINE_BYTES) return "";
  const [line, ...more] = Deno.readTextFileSync(files.log).trim().split(/\r?\n/);
  return more.length > 0 ? "" : line.replace(/^\S+ \S+ \S /, "");
}
