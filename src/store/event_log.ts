/** The reading side of events.ts: what was kept of the past, and what is appended, across rotations. */
import { Bell } from "../base/bell.ts";
import { CHANGES, watchFile } from "../linux/inotify.ts";
import type { Event } from "./events.ts";
import { olderEvents } from "./events.ts";
import type { StorePaths } from "./paths.ts";

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;

/** Bounds in milliseconds since 1970. */
export interface EventPeriod {
  /** undefined: from now on, or, where `until` is given, from the oldest that is kept */
  since?: number;
  /** undefined: without end */
  until?: number;
}

/** The events of a period, oldest first; it waits for those to come until `signal` aborts. */
export async function* readEvents(
  paths: StorePaths,
  { since, until = Infinity }: EventPeriod,
  signal?: AbortSignal,
): AsyncGenerator<Event> {
  const changes = new Bell();
  const ring = () => changes.ring();
  await using _watch = watchFile(paths.data, CHANGES, ring); // from before the first reading
  signal?.addEventListener("abort", ring, { once: true });
  using log = new EventLog(paths);
  if (since === undefined && until === Infinity) log.read();
  const wanted = ({ time }: Event) => Date.parse(time) >= (since ?? 0) && Date.parse(time) <= until;
  while (true) {
    const { rings } = changes;
    const leftMs = until - Date.now();
    yield* log.read().filter(wanted);
    if (leftMs <= 0 || signal?.aborted) break;
    await changes.after(rings, leftMs);
  }
}

/** A place in the two files, from the beginning of the older one on. */
export class EventLog implements Disposable {
  #file: Deno.FsFile | undefined;
  #rest = new Uint8Array();

  constructor(private readonly paths: StorePaths) {
    this.#file = openIfThere(olderEvents(paths));
  }

  /** The events that were appended since the last call. */
  read(): Event[] {
    const events = this.#readOpen();
    // The writer renames a full file and starts a new one: the old one gets no more.
    for (let next = this.#nextFile(); next; next = this.#nextFile()) {
      events.push(...this.#readOpen());
      this.#file?.close();
      this.#file = next;
      this.#rest = new Uint8Array();
      events.push(...this.#readOpen());
    }
    return events;
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** The file that follows the one that is open; undefined when that is the last. */
  #nextFile(): Deno.FsFile | undefined {
    const own = inodeOf(this.#file);
    const current = openIfThere(this.paths.events);
    // After the current one: what is renamed between the two is then seen as the older one.
    const older = openIfThere(olderEvents(this.paths));
    const isLast = current !== undefined && inodeOf(current) === own;
    const next = isLast ? undefined : older && inodeOf(older) !== own ? older : current;
    for (const file of [current, older]) if (file !== next) file?.close();
    return next;
  }

  #readOpen(): Event[] {
    const events: Event[] = [];
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let count = this.#file?.readSync(buffer); count; count = this.#file?.readSync(buffer)) {
      events.push(...this.#split(buffer.subarray(0, count)));
    }
    return events;
  }

  #split(chunk: Uint8Array): Event[] {
    const data = new Uint8Array(this.#rest.length + chunk.length);
    data.set(this.#rest);
    data.set(chunk, this.#rest.length);
    const end = data.lastIndexOf(NEWLINE) + 1;
    this.#rest = data.slice(end);
    const lines = new TextDecoder().decode(data.subarray(0, end)).split("\n");
    return lines.map(parseEvent).filter((event) => event !== undefined);
  }
}

function inodeOf(file: Deno.FsFile | undefined): number | null | undefined {
  return file?.statSync().ino;
}

/** undefined for a line that a power cut left. */
function parseEvent(line: string): Event | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function openIfThere(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
