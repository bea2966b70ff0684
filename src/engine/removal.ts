/** Taking away everything that was made for a container, once it has ended. */
import { isDiskFull } from "../base/disk_full.ts";
import { unmountRootfs } from "../bundle/rootfs.ts";
import { noteUse } from "../image/last_use.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { recordContainerEvent } from "../store/events.ts";
import { removeFolder } from "../store/remove_folder.ts";
import { transaction } from "../store/state.ts";
import { removeSupervision } from "../store/supervision.ts";
import { containerFiles } from "./container_files.ts";

/**
 * Removes a container that does not run. The record goes first: a folder without a record is what
 * recovery knows to remove, so a kill in between leaves nothing for good.
 */
export function removeEnded(paths: StorePaths, record: ContainerRecord, options: { volumes: boolean }): void {
  const volumes = options.volumes ? record.anonymousVolumes : [];
  noteUse(paths, record.imageId);
  try {
    forget(paths, record.id, volumes);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    removeContainerFolder(paths, record.id); // makes room for the new state
    forget(paths, record.id, volumes);
  }
  removeContainerFolder(paths, record.id);
  for (const volume of volumes) removeFolder(paths, `${paths.volumes}/${volume}`);
  removeSupervision(paths, record.id);
  recordContainerEvent(paths, record, "destroy");
}

function forget(paths: StorePaths, id: string, volumes: string[]): void {
  transaction(paths, (state) => {
    delete state.containers[id];
    for (const volume of volumes) delete state.volumes[volume];
  });
}

/** Unmounts and deletes what is on disk of a container that has no record. */
export function removeContainerFolder(paths: StorePaths, id: string): void {
  const { directory } = containerFiles(paths, id);
  unmountRootfs(directory);
  removeFolder(paths, directory);
}
