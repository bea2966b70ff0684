/** Times in flags: `--since`, `--until` (docker's forms). */
import { parseDuration } from "../../base/duration.ts";
import { UsageError } from "../../base/errors.ts";

const UNIX_SECONDS = /^\d+(\.\d{1,9})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A duration back from now (`90s`, `1h30m`), Unix seconds, RFC 3339, or a part of it from the date on; without
 * a zone it is local time.
 * @param now in milliseconds
 * @throws UsageError
 */
export function parseTimeValue(text: string, now: number): Date {
  if (UNIX_SECONDS.test(text)) return new Date(Number(text) * 1000);
  const match = DATE.exec(text);
  if (match) {
    const time = Date.parse(completed(text, match[1]));
    if (!Number.isNaN(time)) return new Date(time);
  } else if (/^-?[\d.]+[a-zµμ]/.test(text)) {
    return new Date(now - parseDuration(text));
  }
  throw new UsageError(`Cannot read '${text}' as a time`, {
    hint: "Write 10m for ten minutes ago, 2026-01-02, 2026-01-02T15:04:05Z, or Unix seconds",
  });
}

// JavaScript takes a date alone as UTC, and knows no hour without minutes.
function completed(text: string, zone = ""): string {
  const local = zone ? text.slice(0, -zone.length) : text;
  const [date, clock = "00:00"] = local.split("T");
  return `${date}T${clock.length === 2 ? `${clock}:00` : clock}${zone}`;
}
