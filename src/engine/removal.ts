/** Taking away everything that was made for a container, once it has ended. */
import { BudgieError } from "../base/errors.ts";
import { unmountRootfs } from "../bundle/rootfs.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { removeFolder } from "../store/remove_folder.ts";
import { transaction } from "../store/state.ts";
import { containerFiles } from "./container_files.ts";

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
