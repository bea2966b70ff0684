/** Removing all containers that do not run and will not be started again. */
import { NotFoundError } from "../base/errors.ts";
import { containerSize } from "./describe.ts";
import type { Engine } from "./engine.ts";
import { listContainers } from "./list.ts";
import { tryLockForPump } from "./locks.ts";
import { removeContainer } from "./remove.ts";
import type { ContainerView } from "./view.ts";

export interface Pruned {
  /** IDs */
  deleted: string[];
  /** what the containers had written; their volumes stay */
  reclaimedBytes: number;
}

/** @param fits which of them go */
export async function pruneContainers(
  engine: Engine,
  fits: (view: ContainerView) => boolean,
): Promise<Pruned> {
  const pruned: Pruned = { deleted: [], reclaimedBytes: 0 };
  for (const view of listContainers(engine)) {
    if (!isStopped(view) || isBeingStarted(engine, view) || !fits(view)) continue;
    try {
      const { rw } = containerSize(engine, view.record);
      await removeContainer(engine, view.record.id, { force: false, volumes: false });
      pruned.deleted.push(view.record.id);
      pruned.reclaimedBytes += rw;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error; // somebody else has removed it
    }
  }
  return pruned;
}

function isStopped({ status }: ContainerView): boolean {
  return status === "created" || status === "exited" || status === "dead";
}

/** The command that has made it holds its pump lock, from before its process until all is done. */
function isBeingStarted(engine: Engine, { status, record }: ContainerView): boolean {
  if (status !== "created" || record.desired !== "running") return false;
  using lock = tryLockForPump(engine.paths, record.id);
  return lock === undefined;
}
