/** The filters of `events`. */
import type { Event } from "../../store/events.ts";
import { labelTest, oneOf, parseFilters, type Test } from "./filter.ts";

const TYPES = ["container", "image", "volume", "network", "secret", "daemon"] as const;

/** @throws BudgieError for an unknown key or a value that makes no sense */
export function eventFilter(filters: readonly string[]): Test<Event> {
  return parseFilters<Event>(filters, {
    container: (value) => isAbout("container", value),
    // Of health_status, exec_create and exec_start, what is behind the colon need not be said.
    event: (value) => ({ action }) => action === value || action.startsWith(`${value}:`),
    image: (value) => (event) => imageNames(event).includes(value),
    label: labelTest(({ attributes }: Event) => attributes),
    type: (value) => {
      const wanted = oneOf("type", value, TYPES);
      return ({ type }) => type === wanted;
    },
    volume: (value) => isAbout("volume", value),
    network: (value) => isAbout("network", value),
    daemon: (value) => isAbout("daemon", value),
  });
}

/** By ID or name, or the beginning of one, as docker matches them. */
function isAbout(wanted: Event["type"], value: string): Test<Event> {
  return ({ type, id, attributes }) =>
    type === wanted && (id.startsWith(value) || attributes.name?.startsWith(value) === true);
}

/** The image of an event about it or about a container of it, with and without its tag. */
function imageNames({ type, id, attributes }: Event): string[] {
  const names = type === "image" ? [id, attributes.name ?? ""] : [attributes.image ?? ""];
  return names.filter((name) => name !== "").flatMap((name) => [name, name.replace(/:[^:/]+$/, "")]);
}
