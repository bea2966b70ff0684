/** What one more probe makes of a container's health (docker's daemon/health.go, handleProbeResult). Pure. */
import type { Healthcheck } from "../../engine/policy/healthcheck.ts";
import type { Health, HealthResult } from "../../store/supervision.ts";

/** As docker: what `inspect` shows. */
const RESULTS_KEPT = 5;

/** Of a container that has just been started. */
export const STARTING: Health = { status: "starting", failingStreak: 0, log: [] };

/** @param inStartPeriod whether the probe began within it: until the first success, failures there do not count */
export function healthAfter(
  health: Health,
  result: HealthResult,
  { retries, inStartPeriod }: Pick<Healthcheck, "retries"> & { inStartPeriod: boolean },
): Health {
  const log = [...health.log, result].slice(-RESULTS_KEPT);
  if (result.exitCode === 0) return { status: "healthy", failingStreak: 0, log };
  if (health.status === "starting" && inStartPeriod) return { ...health, log };
  const failingStreak = health.failingStreak + 1;
  return { status: failingStreak >= retries ? "unhealthy" : health.status, failingStreak, log };
}
