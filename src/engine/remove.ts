/** `rm`: removing containers by name. */
import { BudgieError } from "../base/errors.ts";
import { readState } from "../store/state.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { disconnectIfConnected } from "./network/if_needed.ts";
import { observe } from "./observe.ts";
import { removeEnded } from "./removal.ts";
import { removeRuntimeState } from "./runtime_state.ts";
import { lockForChange } from "./locks.ts";
import { endNow, lockAfterEnd } from "./settle.ts";
import { endShim } from "./shim_process.ts";
import { isUp } from "./view.ts";

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
  if (isUp(observe(engine.paths, record))) {
    if (!options.force) {
      throw new BudgieError(`Cannot remove '${name}': it is running`, {
        hint: `Stop it first with 'budgie stop ${name}', or kill and remove it with rm -f`,
      });
    }
    await endNow(engine, record);
  }
  using _pumpLock = await lockAfterEnd(engine.paths, record.id); // a run in the foreground looks at its exit code
  endShim(containerFiles(engine.paths, record.id), record.id);
  removeRuntimeState(engine, record);
  await disconnectIfConnected(engine, record); // while its record says what it has
  removeEnded(engine.paths, record, options);
}
