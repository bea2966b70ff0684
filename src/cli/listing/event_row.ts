/** One event in docker's words: a line of text, or the fields that `--format` can name. */
import { goMap } from "../../base/template/value.ts";
import type { Event } from "../../store/events.ts";

/** `2026-01-02T15:04:05.000000000+01:00 container start ID (image=bb, name=web)`, in local time. */
export function eventText({ time, type, action, id, attributes }: Event): string {
  const pairs = Object.entries(attributes).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, value]) => `${key}=${value}`);
  const details = pairs.length > 0 ? ` (${pairs.join(", ")})` : "";
  return `${localTime(time)} ${type} ${action} ${id}${details}`;
}

/** What templates see; as JSON it has the names of docker's API ("SystemEvents"). */
export function eventFields({ time, type, action, id, attributes }: Event) {
  const isOld = type === "container" || type === "image"; // what docker's first API told of
  const [status, ID, from] = isOld ? [action, id, attributes.image ?? ""] : ["", "", ""];
  const timeMs = Date.parse(time);
  const rest = {
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: goMap(attributes) },
  };
  // A double holds nanoseconds since 1970 exactly as long as they end in the six zeros of events.ts.
  const times = { time: Math.floor(timeMs / 1000), timeNano: timeMs * 1e6 };
  return {
    Status: status,
    ID,
    From: from,
    ...rest,
    Scope: "local",
    Time: times.time,
    TimeNano: times.timeNano,
    toJSON: () => ({
      ...(isOld ? { status, id } : {}),
      ...(from ? { from } : {}),
      ...rest,
      scope: "local",
      ...times,
    }),
  };
}

function localTime(time: string): string {
  const date = new Date(time);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -"000Z".length);
  const digits = /\.(\d+)Z$/.exec(time)?.[1] ?? "";
  const pad = (number: number) => String(number).padStart(2, "0");
  const zone = `${offset < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(offset) / 60))}:${
    pad(Math.abs(offset) % 60)
  }`;
  return `${shifted}${digits.padEnd(9, "0")}${offset === 0 ? "Z" : zone}`;
}
