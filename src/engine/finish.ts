/** What is to do once a container has ended, by whoever is there: the foreground run, stop, rm, recovery. */
import { unmountRootfs } from "../bundle/rootfs.ts";
import { parseRuntimeFailure } from "../runtime/failure.ts";
import type { ContainerRecord } from "../store/container.ts";
import { type ContainerFiles, containerFiles, readSmall } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";
import { removeEnded } from "./remove.ts";
import type { ContainerView } from "./view.ts";

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
  if (record.options.autoRemove) removeEnded(engine.paths, record, { volumes: true });
  else unmountRootfs(files.directory);
  return view;
}

/** The runtime's exit code says little; docker's 126 and 127 are in its message. */
function recordFailure(files: ContainerFiles): void {
  const ended = readSmall(files.exit) !== undefined;
  if (!ended || readSmall(files.pid) !== undefined || readSmall(files.error) !== undefined) return;
  const failure = parseRuntimeFailure(readSmall(files.runtimeLog) ?? "") ??
    { message: "the runtime gave no reason", exitCode: 125 };
  Deno.writeTextFileSync(files.exit, `${failure.exitCode}\n`);
  Deno.writeTextFileSync(files.error, failure.message);
}
