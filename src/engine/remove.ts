/** Removing containers, and everything that was made for them. */
import { BudgieError } from "../base/errors.ts";
import { unmountRootfs } from "../bundle/rootfs.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { removeFolder } from "../store/remove_folder.ts";
import { readState, transaction } from "../store/state.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { observe } from "./observe.ts";
import { removeRuntimeState } from "./runtime_state.ts";
import { lockForChange } from "./locks.ts";
import { endNow } from "./settle.ts";
import { endShim } from "./shim_process.ts";

export interface RemoveOptions {
  /** kill it first if it runs */
  force: boolean;
  /** its anonymous volumes too */
  volumes: boolean;
}

/** @throws NotFoundError; BudgieError when it runs and `force` is not given */
export async function removeContainer(engine: Engine, name: string, options: RemoveOptions): Promise<void> {
  const record = findRecord(readState(engine.paths), name);
  using _changeLock = await lockForChange(engine.paths, record.id);
  if (observe(engine.paths, record).status === "running") {
    if (!options.force) {
      throw new BudgieError(`Cannot remove '${name}': it is running`, {
        hint: `Stop it first with 'budgie stop ${name}', or kill and remove it with rm -f`,
      });
    }
    await endNow(engine, record);
  }
  endShim(containerFiles(engine.paths, record.id).shimPid, record.id);
  removeRuntimeState(engine, record);
  removeEnded(engine.paths, record, options);
}

/**
 * Removes a container that does not run. The record goes first: a folder without a record is what
 * recovery knows to remove, so a kill in between leaves nothing for good.
 */
export function removeEnded(paths: StorePaths, record: ContainerRecord, options: { volumes: boolean }): void {
  const volumes = options.volumes ? record.anonymousVolumes : [];
  try {
    forget(paths, record.id, volumes);
  } catch (error) {
    if (!isFullDisk(error)) throw error;
    removeContainerFolder(paths, record.id); // makes room for the new state
    forget(paths, record.id, volumes);
  }
  removeContainerFolder(paths, record.id);
  for (const volume of volumes) removeFolder(paths, `${paths.volumes}/${volume}`);
}

function forget(paths: StorePaths, id: string, volumes: string[]): void {
  transaction(paths, (state) => {
    delete state.containers[id];
    for (const volume of volumes) delete state.volumes[volume];
  });
}

function isFullDisk(error: unknown): boolean {
  const cause = error instanceof BudgieError ? error.cause : error;
  return cause instanceof Error && ["ENOSPC", "EDQUOT"].includes(String((cause as { code?: string }).code));
}

/** Unmounts and deletes what is on disk of a container that has no record. */
export function removeContainerFolder(paths: StorePaths, id: string): void {
  const { directory } = containerFiles(paths, id);
  unmountRootfs(directory);
  removeFolder(paths, directory);
}
