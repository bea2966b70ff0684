/** Until when a container's log may grow: over its restarts, until it is stopped for good, or removed. */
import type { Bell } from "../../base/bell.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { tryLock } from "../../store/lock.ts";
import { readState } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { tryLockForPump } from "../locks.ts";
import { observe } from "../observe.ts";
import { restartsAfter } from "../policy/restart_policy.ts";
import { lockAfterEnd, settleOwned } from "../settle.ts";
import { isUnfinished } from "../shim_process.ts";
import { type ContainerView, isUp } from "../view.ts";

/** For what no event tells. */
const RECHECK_MS = 1_000;

/** Whether a container runs or is about to, by what was seen of it while nobody could start or stop it. */
export function goesOn(view: ContainerView): boolean {
  if (isUp(view) || view.waiting) return true;
  const { exitCode, restartCount, record: { desired, options } } = view;
  return restartsAfter(options.restartPolicy, { desired, exitCode, restartCount });
}

/**
 * Waits until the container doesn't run and won't be started again, or is gone, and its output is in the log;
 * drains it when nobody else does.
 * @param changed rings when something of the container may have changed
 */
export async function untilLogEnds(
  engine: Engine,
  id: string,
  options: { changed: Bell; signal: AbortSignal },
): Promise<void> {
  const { changed, signal } = options;
  while (!signal.aborted) {
    const heard = changed.rings;
    const view = look(engine, id);
    if (view === "gone") return;
    if (view !== "changing" && isUp(view)) {
      using pumpLock = tryLockForPump(engine.paths, id);
      if (pumpLock) await settleOwned(engine, view.record, signal);
      else await changed.after(heard, RECHECK_MS);
    } else if (view === "changing" || goesOn(view)) {
      await changed.after(heard, RECHECK_MS);
    } else {
      await untilDrained(engine, view.record, signal);
      const now = look(engine, id); // it may have been started in the meantime
      if (now === "gone" || (now !== "changing" && !goesOn(now))) return;
    }
  }
}

/** "changing": somebody starts or stops it at this moment, as `restart` does. */
function look(engine: Engine, id: string): ContainerView | "gone" | "changing" {
  try {
    using changeLock = tryLock(containerFiles(engine.paths, id).changeLock);
    if (!changeLock) return "changing";
    const record = readState(engine.paths).containers[id];
    return record ? observe(engine.paths, record) : "gone";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "gone"; // its folder with the lock
    throw error;
  }
}

/** Waits for whoever drains its output, but not for one that stands still; what nobody has begun with is done here. */
async function untilDrained(engine: Engine, record: ContainerRecord, signal: AbortSignal): Promise<void> {
  try {
    using pumpLock = await lockAfterEnd(engine.paths, record.id, signal);
    if (pumpLock && isUnfinished(containerFiles(engine.paths, record.id))) {
      await settleOwned(engine, record, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
