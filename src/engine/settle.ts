/** Seeing a container through to its end, whoever started it. */
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { recordContainerEvent } from "../store/events.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { finishContainer } from "./finish.ts";
import { lockForPump, tryLockForPump } from "./locks.ts";
import { observe, observeProcess } from "./observe.ts";
import { EndWatch } from "./end_watch.ts";
import { openInit, signalInit, waitForEnd } from "./process.ts";
import { Pump } from "./stream/pump.ts";
import { PumpLoop } from "./stream/pump_loop.ts";
import { thaw } from "./thaw.ts";
import { endShim, hasStartedRuntime, shimPid } from "./shim_process.ts";
import { type ContainerView, isUp } from "./view.ts";

const SIGKILL = 9;
/** For whoever drains the output of a container that has ended: it may be stopped, or wait for its reader. */
const PUMP_GRACE_MS = 3_000;

/**
 * Waits until the container has ended, its output is in the log and its root file system is unmounted.
 * Does this itself when no other process is at it; where that one stands still, it finishes later.
 * @param signal leaves it running
 */
export async function settle(engine: Engine, record: ContainerRecord, signal?: AbortSignal): Promise<void> {
  const own = tryLockForPump(engine.paths, record.id);
  if (own) {
    using _pumpLock = own;
    await settleOwned(engine, record, signal);
    return;
  }
  using init = openInit(engine.paths, record.id);
  if (init && !await waitForEnd(init, { timeoutMs: -1, signal })) return;
  using pumpLock = await lockAfterEnd(engine.paths, record.id, signal);
  // It may have been started again meanwhile; or whoever drained it was killed, and there is more to drain.
  if (pumpLock && !isUp(observe(engine.paths, record))) await settleOwned(engine, record, signal);
}

/**
 * The pump lock of a container that does not run: whoever drained it has done what is left to do.
 * @returns undefined when that one stands still, or the container is gone
 */
export async function lockAfterEnd(
  paths: StorePaths,
  id: string,
  signal?: AbortSignal,
): Promise<Disposable | undefined> {
  const grace = AbortSignal.timeout(PUMP_GRACE_MS);
  try {
    return await lockForPump(paths, id, signal ? AbortSignal.any([signal, grace]) : grace);
  } catch (error) {
    if (signal?.aborted || !grace.aborted) throw error;
  }
}

/** settle() by the holder of the pump lock. @returns the container as it ended, or as it is when aborted */
export async function settleOwned(
  engine: Engine,
  record: ContainerRecord,
  signal?: AbortSignal,
): Promise<ContainerView> {
  using loop = new PumpLoop();
  await pumpToEnd(engine, record, { loop, signal });
  return signal?.aborted ? observe(engine.paths, record) : await finishContainer(engine, record);
}

/** Kills a running container and waits for its end. */
export async function endNow(engine: Engine, record: ContainerRecord): Promise<void> {
  const ended = settle(engine, record);
  if (signalInit(engine.paths, record.id, SIGKILL)) {
    recordContainerEvent(engine.paths, record, "kill", { signal: String(SIGKILL) });
  }
  await thaw(engine, record);
  await ended;
}

/** Drains a container's output until it has ended. The caller holds the pump lock. */
export async function pumpToEnd(
  engine: Engine,
  record: ContainerRecord,
  { loop, signal, onWarning }: {
    loop: PumpLoop;
    /** leaves it as it is */
    signal?: AbortSignal;
    onWarning?: (message: string) => void;
  },
): Promise<void> {
  const files = containerFiles(engine.paths, record.id);
  const shim = shimPid(files.shimPid, record.id);
  const isCreated = observeProcess(engine.paths, record).status === "created";
  if (isCreated && (shim === undefined || !hasStartedRuntime(shim))) {
    endShim(files, record.id); // the command that spawned it died before it was connected
  } else if (shim !== undefined) {
    using pump = new Pump(files, loop, { container: record.options, signal, onWarning });
    await pump.adopt(shim);
    await loop.add(pump);
  }
  // Its shim was killed before it: only the process itself tells its end.
  if (isUp(observe(engine.paths, record))) {
    using init = openInit(engine.paths, record.id);
    if (init) await loop.add(new EndWatch(init, loop.poller, signal));
  }
}
