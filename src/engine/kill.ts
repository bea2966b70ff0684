/** Sending a signal to a container's init process. */
import { BudgieError } from "../base/errors.ts";
import { parseSignal } from "../base/signals.ts";
import { signalPidfd } from "../linux/pidfd.ts";
import { recordContainerEvent } from "../store/events.ts";
import type { Engine } from "./engine.ts";
import { findContainer } from "./list.ts";
import { openInit } from "./process.ts";
import { stopSignalOf, wantStopped } from "./stop.ts";
import { thaw } from "./thaw.ts";

const SIGKILL = 9;

/**
 * Does not wait for what becomes of it. SIGKILL and the container's stop signal mean that it shall end, as docker
 * understands them: its restart policy does not start it again, and it is let go on if it is paused.
 * @throws BudgieError when it does not run; UsageError for an unknown signal
 */
export async function killContainer(
  engine: Engine,
  name: string,
  options: { signal: string },
): Promise<void> {
  const number = parseSignal(options.signal);
  const { record, status } = findContainer(engine, name);
  const isToEnd = number === SIGKILL || number === parseSignal(stopSignalOf(record));
  using init = openInit(engine.paths, record.id);
  if (!init && !(status === "restarting" && isToEnd)) {
    throw new BudgieError(`Cannot kill '${name}': it is not running`);
  }
  if (isToEnd) wantStopped(engine, record); // before it ends: nobody starts it again then
  if (init && signalPidfd(init, number)) {
    recordContainerEvent(engine.paths, record, "kill", { signal: String(number) });
  }
  if (isToEnd) await thaw(engine, record);
}
