/** Durations as Go writes them and docker's flags take them: `300ms`, `1.5h`, `1m30s`. */
import { UsageError } from "./errors.ts";

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3, // U+00B5, the micro sign
  "μs": 1e-3, // U+03BC, the Greek letter
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/**
 * Milliseconds, maybe fractional or negative. Every number needs its unit, only `0` stands alone.
 * @throws UsageError if it is not a duration, or not exact to a millisecond in a double
 * Source: Go's time.ParseDuration.
 */
export function parseDuration(text: string): number {
  const [, sign, rest] = /^([+-]?)(.*)$/s.exec(text)!;
  const milliseconds = rest === "0" ? 0 : sumOfParts(rest);
  if (milliseconds === undefined || milliseconds > Number.MAX_SAFE_INTEGER) {
    throw new UsageError(`Cannot read '${text}' as a duration`, {
      hint: "Write numbers with units: 300ms, 10s, 1m30s, 2h",
    });
  }
  return sign === "-" && milliseconds !== 0 ? -milliseconds : milliseconds;
}

function sumOfParts(text: string): number | undefined {
  let milliseconds = 0;
  let end = 0;
  for (const match of text.matchAll(PART)) {
    if (match.index !== end) return undefined;
    milliseconds += Number(match[1]) * UNIT_MS[match[2]];
    end += match[0].length;
  }
  return end > 0 && end === text.length ? milliseconds : undefined;
}

/** `1h0m30s`, `1.5s`, `300ms`: as Go prints a duration of at least a microsecond. Source: Go's Duration.String. */
export function formatGoDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const sign = milliseconds < 0 ? "-" : "";
  const ms = Math.abs(milliseconds);
  if (ms < 1) return `${sign}${ms * 1000}µs`;
  if (ms < 1000) return `${sign}${ms}ms`;
  const hours = Math.floor(ms / UNIT_MS.h);
  const minutes = Math.floor(ms % UNIT_MS.h / UNIT_MS.m);
  const seconds = ms % UNIT_MS.m / UNIT_MS.s;
  const parts = [...(hours > 0 ? [`${hours}h`] : []), ...(hours > 0 || minutes > 0 ? [`${minutes}m`] : [])];
  return `${sign}${parts.join("")}${seconds}s`;
}
