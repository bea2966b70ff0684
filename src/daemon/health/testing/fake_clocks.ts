/** Clocks that a test moves, so that hours pass in no time. */
import type { Clocks } from "../checker.ts";

export interface FakeClocks extends Clocks {
  /** Lets so many milliseconds pass, and everything happen that was to happen in them. */
  pass(ms: number): Promise<void>;
  /** Sets the wall clock alone, as an administrator or NTP does. */
  stepWallClock(ms: number): void;
  /** how many sleeps are under way */
  sleeping(): number;
}

export function fakeClocks(): FakeClocks {
  let now = 1000;
  let wallClockAhead = Date.UTC(2026, 0, 2, 12) - now;
  const timers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => now,
    wallClock: () => new Date(now + wallClockAhead),
    stepWallClock: (ms) => void (wallClockAhead += ms),
    sleeping: () => timers.size,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal.aborted) return Promise.reject(signal.reason);
      const timer = { at: now + ms, wake: resolve };
      timers.add(timer);
      signal.addEventListener("abort", () => timers.delete(timer) && reject(signal.reason));
      return promise;
    },
    async pass(ms) {
      const end = now + ms;
      await settle();
      while (true) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}

/** Lets every promise that can go on do so: they all come before a task. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
