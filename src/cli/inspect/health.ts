/** A container's health and its check as `inspect` shows them; durations in nanoseconds, as in docker's API. */
import type { ImageHealthcheck } from "../../../oci/image.ts";
import { healthOf } from "../../engine/policy/health_status.ts";
import { healthcheckOf } from "../../engine/policy/healthcheck.ts";
import type { ContainerView } from "../../engine/view.ts";
import type { ContainerRecord, HealthcheckOption } from "../../store/container.ts";

const NANOSECONDS_PER_MS = 1e6;

/** docker's `State.Health`; undefined when there is no check. */
export function stateHealth(view: ContainerView) {
  const health = healthOf(view);
  if (!health) return undefined;
  return {
    Status: health.status,
    FailingStreak: health.failingStreak,
    Log: health.log.map(({ start, end, exitCode, output }) => {
      return { Start: start, End: end, ExitCode: exitCode, Output: output };
    }),
  };
}

/**
 * docker's `Config.Healthcheck`: what was asked for, over what the image says, without defaults. A check that
 * docker does not have is in `Budgie.Healthcheck` alone.
 */
export function configHealthcheck({ image, options }: ContainerRecord): ImageHealthcheck | undefined {
  const ofImage = image.config?.Healthcheck ?? undefined;
  const own = options.healthcheck;
  if (!own) return ofImage;
  if (own.probe?.type === "none") return { Test: ["NONE"] };
  if (own.probe && own.probe.type !== "command") return undefined;
  return { ...ofImage, ...(own.probe && { Test: own.probe.test }), ...ownTimes(own) };
}

// Only what was said: a field that is undefined would hide the image's.
function ownTimes(own: HealthcheckOption): ImageHealthcheck {
  const times = {
    Interval: nanoseconds(own.intervalMs),
    Timeout: nanoseconds(own.timeoutMs),
    StartPeriod: nanoseconds(own.startPeriodMs),
    StartInterval: nanoseconds(own.startIntervalMs),
    Retries: own.retries,
  };
  return Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined));
}

/** What is really done, defaults filled in; undefined when there is no check. */
export function effectiveHealthcheck(record: ContainerRecord) {
  const check = healthcheckOf(record);
  if (!check) return undefined;
  const { probe } = check;
  return {
    Type: probe.type,
    Test: probe.type === "command" ? probe.test : undefined,
    Port: probe.type === "command" ? undefined : probe.port,
    ...(probe.type === "http" && {
      Scheme: probe.scheme,
      Path: probe.path,
      Status: `${probe.status.from}-${probe.status.to}`,
      Body: probe.body,
    }),
    Interval: nanoseconds(check.intervalMs),
    Timeout: nanoseconds(check.timeoutMs),
    StartPeriod: nanoseconds(check.startPeriodMs),
    StartInterval: nanoseconds(check.startIntervalMs),
    Retries: check.retries,
    OnUnhealthy: check.onUnhealthy,
  };
}

function nanoseconds(milliseconds: number): number;
function nanoseconds(milliseconds: number | undefined): number | undefined;
function nanoseconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * NANOSECONDS_PER_MS);
}
