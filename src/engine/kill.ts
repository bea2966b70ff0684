/** Sending a signal to a container's init process. */
import { BudgieError } from "../base/errors.ts";
import { parseSignal } from "../base/signals.ts";
import type { Engine } from "./engine.ts";
import { findContainer } from "./list.ts";
import { signalInit } from "./process.ts";

/** @throws BudgieError when it does not run; UsageError for an unknown signal */
export function killContainer(engine: Engine, name: string, options: { signal: string }): void {
  const number = parseSignal(options.signal);
  const { record } = findContainer(engine, name);
  if (!signalInit(engine.paths, record.id, number)) {
    throw new BudgieError(`Cannot kill '${name}': it is not running`);
  }
}
