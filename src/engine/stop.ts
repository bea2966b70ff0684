/** Stopping containers: the stop signal, some time, then SIGKILL. */
import { UsageError } from "../base/errors.ts";
import { parseSignal } from "../base/signals.ts";
import { within } from "../base/within.ts";
import type { ContainerRecord } from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import { readState, transaction } from "../store/state.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { lockForChange } from "./locks.ts";
import { observe } from "./observe.ts";
import { signalInit } from "./process.ts";
import { endNow, settle } from "./settle.ts";
import { thaw } from "./thaw.ts";
import { isUp } from "./view.ts";

export interface StopOptions {
  /** before SIGKILL; -1: never; undefined: the container's own */
  timeoutSeconds?: number;
  /** instead of the container's own, by name or number */
  stopSignal?: string;
  signal?: AbortSignal;
}

/** Docker's. */
const DEFAULT_TIMEOUT_SECONDS = 10;

/** BUDGIE_STOP_TIMEOUT, in whole seconds: for containers that say nothing of their own. @throws UsageError */
export function stopTimeoutByDefault(env: { get(name: string): string | undefined } = Deno.env): number {
  const text = env.get("BUDGIE_STOP_TIMEOUT") || String(DEFAULT_TIMEOUT_SECONDS);
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot use BUDGIE_STOP_TIMEOUT='${text}': not a whole number of seconds`);
}

/** Ends a container and waits until it has; one that does not run is left as it is, and stays so. */
export async function stopContainer(engine: Engine, name: string, options: StopOptions = {}): Promise<void> {
  const record = findRecord(readState(engine.paths), name);
  wantStopped(engine, record);
  {
    using _changeLock = await lockForChange(engine.paths, record.id); // one that is being started is waited for
    if (!isUp(observe(engine.paths, record))) return;
  }
  await endContainer(engine, record, options);
  if (!options.signal?.aborted) recordContainerEvent(engine.paths, record, "stop");
}

/** Asks a running container to end, waits until it has, and kills it when its time is over. */
export async function endContainer(
  engine: Engine,
  record: ContainerRecord,
  options: StopOptions = {},
): Promise<void> {
  const timeoutSeconds = options.timeoutSeconds ?? record.options.stopTimeoutSeconds ??
    stopTimeoutByDefault();
  const number = parseSignal(options.stopSignal ?? stopSignalOf(record));
  const ended = settle(engine, record, options.signal);
  if (signalInit(engine.paths, record.id, number)) {
    recordContainerEvent(engine.paths, record, "kill", { signal: String(number) });
  }
  await thaw(engine, record);
  if (!await within(ended, timeoutSeconds * 1000)) await endNow(engine, record);
  await ended;
}

/** By name or number. */
export function stopSignalOf({ options, image }: ContainerRecord): string {
  return options.stopSignal ?? image.config?.StopSignal ?? "TERM";
}

/** Notes that it shall not run, before it is ended: nobody starts it again then. */
export function wantStopped(engine: Engine, record: ContainerRecord): void {
  if (record.desired === "stopped") return;
  transaction(engine.paths, (state) => {
    const current = state.containers[record.id];
    if (current) current.desired = "stopped";
  });
}
