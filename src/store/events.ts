/**
 * What happened, for `budgie events`: one JSON object a line in events.jsonl, appended by whoever did it. Two
 * files of a bounded size are kept. What can't be written is no command's failure.
 */
import { isDiskFull } from "../base/disk_full.ts";
import { writeAll } from "../base/write_all.ts";
import type { ContainerRecord } from "./container.ts";
import { lockNow } from "./lock.ts";
import type { NetworkRecord } from "./network.ts";
import type { StorePaths } from "./paths.ts";

/** docker's words for types and actions ("docker system events"). */
export interface Event {
  /** RFC 3339, UTC, with nine digits */
  time: string;
  type: "container" | "image" | "volume" | "network" | "secret" | "daemon";
  action: string;
  /** of the container, the image …: its ID, or its name where it has no ID */
  id: string;
  attributes: Record<string, string>;
}

const MAX_FILE_BYTES = 1024 ** 2;

/** Appends an event that happens now. */
export function recordEvent(paths: StorePaths, event: Omit<Event, "time">): void {
  const time = new Date().toISOString().replace("Z", "000000Z");
  const line = new TextEncoder().encode(`${JSON.stringify({ time, ...event })}\n`);
  try {
    using _lock = lockNow(`${paths.locks}/events`);
    using file = Deno.openSync(paths.events, { append: true, create: true, mode: 0o600 });
    writeAll(file, line);
    if (file.statSync().size > MAX_FILE_BYTES) Deno.renameSync(paths.events, olderEvents(paths));
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** The file with what came before the events of `paths.events`. */
export function olderEvents(paths: StorePaths): string {
  return `${paths.events}.1`;
}

/** An event about a container, with what docker says of one: its image, its name and its labels. */
export function recordContainerEvent(
  paths: StorePaths,
  { id, name, options }: ContainerRecord,
  action: string,
  attributes: Record<string, string> = {},
): void {
  const own = { ...options.labels, image: options.image, name };
  recordEvent(paths, { type: "container", action, id, attributes: { ...own, ...attributes } });
}

/** An event about a network, with what docker says of one: its name, its driver, and the container that comes or goes. */
export function recordNetworkEvent(
  paths: StorePaths,
  { id, name, driver }: NetworkRecord,
  action: "create" | "connect" | "disconnect" | "destroy",
  attributes: { container?: string } = {},
): void {
  recordEvent(paths, { type: "network", action, id, attributes: { name, type: driver, ...attributes } });
}

/** An event about a secret; one that is damaged has no ID. */
export function recordSecretEvent(
  paths: StorePaths,
  { id, name }: { id?: string; name: string },
  action: "create" | "update" | "remove",
): void {
  recordEvent(paths, { type: "secret", action, id: id ?? name, attributes: { name } });
}
