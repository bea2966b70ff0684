/** Stopping containers: the stop signal, some time, then SIGKILL. */
import { parseSignal } from "../base/signals.ts";
import type { ContainerRecord } from "../store/container.ts";
import { readState, transaction } from "../store/state.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { lockForChange } from "./locks.ts";
import { observe } from "./observe.ts";
import { signalInit } from "./process.ts";
import { endNow, settle } from "./settle.ts";

/** Docker's. */
const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * Ends a container and waits until it has; one that does not run is left as it is.
 * @param options.timeoutSeconds before SIGKILL; -1: never; undefined: the container's own
 */
export async function stopContainer(
  engine: Engine,
  name: string,
  options: { timeoutSeconds?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const record = findRecord(readState(engine.paths), name);
  wantStopped(engine, record);
  {
    using _changeLock = await lockForChange(engine.paths, record.id); // one that is being started is waited for
    if (observe(engine.paths, record).status !== "running") return;
  }
  const timeoutSeconds = options.timeoutSeconds ?? record.options.stopTimeoutSeconds ??
    DEFAULT_TIMEOUT_SECONDS;
  const stopSignal = record.options.stopSignal ?? record.image.config?.StopSignal ?? "TERM";
  const ended = settle(engine, record, options.signal);
  signalInit(engine.paths, record.id, parseSignal(stopSignal));
  if (!await within(ended, timeoutSeconds * 1000)) await endNow(engine, record);
  await ended;
}

function wantStopped(engine: Engine, record: ContainerRecord): void {
  if (record.desired === "stopped") return;
  transaction(engine.paths, (state) => {
    const current = state.containers[record.id];
    if (current) current.desired = "stopped";
  });
}

/** Whether `promise` is fulfilled in time; negative: it has all the time. */
async function within(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: number | undefined;
  const timeout = new Promise<false>((resolve) => {
    if (timeoutMs >= 0) timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([promise.then(() => true as const), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
