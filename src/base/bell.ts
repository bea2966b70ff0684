/** Telling waiting code that something has changed, without saying what. */
import { LONGEST_TIMER_MS } from "./sleep.ts";

export class Bell {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  /** How often it rang: asked for before one looks, and given to `after()` when there was nothing to see. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings++;
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }

  /** Waits until it has rung more than `heard` times, or for `timeoutMs`; no longer than a timer can hold. */
  async after(heard: number, timeoutMs: number): Promise<void> {
    if (this.#rings > heard) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = setTimeout(resolve, Math.min(timeoutMs, LONGEST_TIMER_MS));
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }
}
