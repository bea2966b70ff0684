import { setImmediate } from "node:timers";

/**
 * Lets timers, signals and other streams have their turn: a loop of synchronous work, awaits of what is ready
 * already included, keeps them out. Takes microseconds.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
