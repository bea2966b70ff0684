/** Times for people and for templates, as docker writes them. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

/** `3 minutes`, `About an hour`, `2 weeks`: one unit, the larger ones rounded down. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  const hours = Math.floor(seconds / HOUR + 0.5);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < MINUTE) return `${seconds} seconds`;
  if (seconds < 2 * MINUTE) return "About a minute";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} minutes`;
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (seconds < 2 * WEEK) return `${Math.floor(hours / 24)} days`;
  if (seconds < 2 * MONTH) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (seconds < 2 * YEAR) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(seconds / YEAR)} years`;
}

/** `3 minutes ago`. @param time RFC 3339 @param now in milliseconds */
export function formatAgo(time: string, now: number): string {
  return `${formatDuration(now - Date.parse(time))} ago`;
}

/** `2026-01-02 15:04:05 +0100 CET` in local time, as Go prints a time. @param time RFC 3339 */
export function formatLocalTime(time: string): string {
  const date = new Date(time);
  const pad = (number: number) => String(number).padStart(2, "0");
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const offset = `${sign}${pad(Math.floor(Math.abs(minutes) / 60))}${pad(Math.abs(minutes) % 60)}`;
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return `${day} ${clock} ${offset} ${minutes === 0 ? "UTC" : offset}`;
}

/** Go's zero time, where docker shows a time that has not come yet. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";
