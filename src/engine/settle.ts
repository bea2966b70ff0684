/** Seeing a container through to its end, whoever started it. */
import type { ContainerRecord } from "../store/container.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { finishContainer } from "./finish.ts";
import { lockForPump, tryLockForPump } from "./locks.ts";
import { observe } from "./observe.ts";
import { openInit, signalInit, waitForEnd } from "./process.ts";
import { Pump } from "./pump.ts";
import { endShim, hasStartedRuntime, shimPid } from "./shim_process.ts";
import type { ContainerView } from "./view.ts";

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
  const grace = AbortSignal.timeout(PUMP_GRACE_MS);
  const until = signal ? AbortSignal.any([signal, grace]) : grace;
  const pumpLock = await lockForPump(engine.paths, record.id, until).catch((error) => {
    if (!grace.aborted) throw error;
    return "late" as const;
  });
  if (pumpLock === "late") return;
  using _pumpLock = pumpLock;
  finishContainer(engine, record);
}

/** settle() by the holder of the pump lock. @returns the container as it ended, or as it is when aborted */
export async function settleOwned(
  engine: Engine,
  record: ContainerRecord,
  signal?: AbortSignal,
): Promise<ContainerView> {
  await pumpToEnd(engine, record, signal);
  return signal?.aborted ? observe(engine.paths, record) : finishContainer(engine, record);
}

/** Kills a running container and waits for its end. */
export async function endNow(engine: Engine, record: ContainerRecord): Promise<void> {
  const ended = settle(engine, record);
  signalInit(engine.paths, record.id, SIGKILL);
  await ended;
}

async function pumpToEnd(engine: Engine, record: ContainerRecord, signal?: AbortSignal): Promise<void> {
  const files = containerFiles(engine.paths, record.id);
  const shim = shimPid(files.shimPid, record.id);
  if (shim !== undefined && observe(engine.paths, record).status === "created" && !hasStartedRuntime(shim)) {
    endShim(files.shimPid, record.id); // the command that spawned it died before it was connected
  } else if (shim !== undefined) {
    using pump = new Pump(files, { tty: record.options.tty, signal });
    await pump.adopt(shim);
    await pump.run();
  }
  // Its shim was killed before it: only the process itself tells its end.
  if (observe(engine.paths, record).status === "running") {
    using init = openInit(engine.paths, record.id);
    if (init) await waitForEnd(init, { timeoutMs: -1, signal });
  }
}
