/**
 * Asks a container again and again how it is. Only a clock that never steps decides when: the wall clock is
 * read for the times in the log alone.
 */
import { sleep } from "../../base/sleep.ts";
import type { Healthcheck } from "../../engine/policy/healthcheck.ts";
import type { Health, HealthResult } from "../../store/supervision.ts";
import { failedProbe, MAX_OUTPUT_BYTES, type Probe, timedOut } from "./probe_result.ts";
import { healthAfter, STARTING } from "./state.ts";

export interface WatchOptions {
  probe: Probe;
  /** after each probe; the last entry of the log is its result */
  onResult(health: Health): void;
  /** ends the watch: the container has ended */
  signal: AbortSignal;
  /** what stands still is not asked, and what stood still meanwhile has not failed; default: it never is */
  isPaused?: () => boolean;
  /** as it was when an earlier watch of the same run ended; default: it has just been started */
  health?: Health;
  /** milliseconds that the container has been running; default 0 */
  runningForMs?: number;
  clocks?: Clocks;
}

export interface Clocks {
  /** milliseconds of a clock that never steps */
  now(): number;
  /** rejects when the signal aborts */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** for the log */
  wallClock(): Date;
}

/** From one look at whether a container is paused to the next. */
const PAUSED_CHECK_MS = 1_000;

const REAL_CLOCKS: Clocks = { now: () => performance.now(), sleep, wallClock: () => new Date() };

/**
 * Probes first after one interval, then each time an interval after the end of the probe before, as docker
 * does. Resolves when the signal has aborted and no probe is under way any more.
 */
export async function watchHealth(check: Healthcheck, options: WatchOptions): Promise<void> {
  const { probe, onResult, signal, isPaused = () => false, runningForMs = 0, clocks = REAL_CLOCKS } = options;
  const startedAt = clocks.now() - runningForMs;
  const inStartPeriod = () => clocks.now() - startedAt < check.startPeriodMs;
  let health = options.health ?? STARTING;
  while (true) {
    const starting = health.status === "starting" && inStartPeriod();
    await clocks.sleep(starting ? check.startIntervalMs : check.intervalMs, signal).catch(() => {});
    while (!signal.aborted && isPaused()) await clocks.sleep(PAUSED_CHECK_MS, signal).catch(() => {});
    if (signal.aborted) return;
    const rules = { retries: check.retries, inStartPeriod: inStartPeriod() };
    const probed = new AbortController();
    const wasPaused = seesPause(isPaused, clocks, probed.signal);
    const { result, over } = await probeOnce(probe, { timeoutMs: check.timeoutMs, signal, clocks });
    probed.abort();
    const counts = !await wasPaused || result.exitCode === 0;
    if (!signal.aborted && counts) {
      health = healthAfter(health, result, rules);
      onResult(health);
    }
    await over; // late ones don't pile up
  }
}

/** Looks once a second until the signal aborts, and then a last time: a pause in the middle takes time from a probe. */
async function seesPause(isPaused: () => boolean, clocks: Clocks, until: AbortSignal): Promise<boolean> {
  while (!isPaused()) {
    if (until.aborted) return false;
    await clocks.sleep(PAUSED_CHECK_MS, until).catch(() => {});
  }
  return true;
}

/** `over` is later than the result where a probe needs time to give up. */
async function probeOnce(
  probe: Probe,
  { timeoutMs, signal, clocks }: { timeoutMs: number; signal: AbortSignal; clocks: Clocks },
): Promise<{ result: HealthResult; over: Promise<unknown> }> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  const start = clocks.wallClock().toISOString();
  const answer = probe(stop.signal).catch(failedProbe);
  const late = clocks.sleep(timeoutMs, stop.signal).then(() => timedOut(timeoutMs), () => answer);
  const { exitCode, output } = await Promise.race([answer, late]);
  signal.removeEventListener("abort", onAbort);
  stop.abort(); // whichever of the two was slower
  const result = { start, end: clocks.wallClock().toISOString(), exitCode, output: cut(output) };
  return { result, over: answer };
}

function cut(output: string): string {
  const bytes = new TextEncoder().encode(output);
  if (bytes.length <= MAX_OUTPUT_BYTES) return output;
  // As part of a stream, so that a character that was cut in two is left out.
  return new TextDecoder().decode(bytes.subarray(0, MAX_OUTPUT_BYTES), { stream: true });
}
