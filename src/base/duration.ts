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
