/** Reading the entries of one container's log, and later those that were added, across rotations. */
import { type LogEntry, LogParser, type LogStream } from "./cri_log.ts";
import type { LogOption } from "../../store/container.ts";
import type { LogSet, OpenLog } from "./log_set.ts";
import { openTail } from "./log_tail.ts";

export interface LogChoice {
  /** begin with so many of the last lines; undefined: with the oldest there is */
  tail?: number;
  /** end with them: what is logged while they are looked for is left out */
  tailOnly?: boolean;
  streams: ReadonlySet<LogStream>;
}

/** Between two of them it looks for new files: a log may be written as fast as it is read. */
const CHUNK_BYTES = 64 * 1024;
/** How far behind a reader may be without a loss, where that is more than the log keeps. */
const HELD_BYTES = 32 * 1024 ** 2;
/** A process may have 1024 files open, and follow several containers. */
const MAX_HELD_FILES = 128;
const NEWLINE = 10;

/**
 * A place in a container's log that moves on. Its files stay open until they are read, so that a rotation, or
 * the removal of the container, takes nothing from it. As they lie on the disk for so long, there is a bound.
 */
export class LogReader implements Disposable {
  /** oldest first; the first is read, the last is the newest that is known of */
  readonly #files: OpenLog[] = [];
  /** in the first file; always at the beginning of an entry */
  #offset = 0;
  /** where the first reading ends, with `tailOnly` */
  #tailEnd: number | undefined;
  #missed = false;
  #closed = false;
  readonly #parser = new LogParser();
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  readonly #maxHeld: number;

  constructor(
    private readonly set: LogSet,
    private readonly limits: LogOption,
    private readonly choice: LogChoice,
  ) {
    const behind = Math.min(MAX_HELD_FILES, Math.ceil(HELD_BYTES / limits.maxSizeBytes));
    this.#maxHeld = Math.max(limits.maxFiles + 1, behind);
    const begin = choice.tail === undefined ? undefined : openTail(set, choice.tail, choice.streams);
    if (!begin) return;
    this.#files.push(...begin.files);
    this.#offset = begin.offset;
    if (choice.tailOnly) this.#tailEnd = begin.end;
  }

  /** Whether files were rotated away unread since the last call: the log was written faster than it was read. */
  takeMissed(): boolean {
    const missed = this.#missed;
    this.#missed = false;
    return missed;
  }

  /** Opens the files that came up since the last look. */
  catchUp(): void {
    while (!this.#closed && this.#files.length < this.#maxHeld) {
      const newest = this.#files.at(-1);
      let next = newest ? this.set.openNewer(newest) : "gone";
      if (next === "none") return;
      if (next === "gone") {
        next = this.set.openOldest() ?? "none";
        if (next === "none") return;
        // Of a single file, the one before is always gone.
        if (newest && this.limits.maxFiles > 1) this.#missed = true;
      }
      this.#files.push(next);
    }
  }

  /**
   * From where the last call ended to where the log ends now. An entry's text is good until the next one is
   * asked for.
   */
  *entries(): Generator<LogEntry, void, void> {
    if (this.#tailEnd === undefined) this.catchUp();
    const newest = this.#files.at(-1);
    if (!newest) return;
    const end = this.#tailEnd ?? newest.file.statSync().size;
    this.#tailEnd = undefined;
    while (this.#files[0] !== newest) {
      yield* this.#entriesOf(this.#files[0], Infinity);
      this.#files.shift()!.file.close();
      this.#offset = 0;
    }
    yield* this.#entriesOf(newest, end);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const { file } of this.#files.splice(0)) file.close();
  }

  *#entriesOf({ file }: OpenLog, end: number): Generator<LogEntry, void, void> {
    this.#buffer ??= new Uint8Array(CHUNK_BYTES);
    while (this.#offset < end) {
      const size = Math.min(CHUNK_BYTES, end - this.#offset);
      file.seekSync(this.#offset, Deno.SeekMode.Start);
      const count = file.readSync(this.#buffer.subarray(0, size)) ?? 0;
      const lines = this.#buffer.subarray(0, this.#buffer.subarray(0, count).lastIndexOf(NEWLINE) + 1);
      if (lines.length === 0 && count < CHUNK_BYTES) return; // the rest is not written yet
      yield* this.#entriesIn(lines);
      this.catchUp();
      this.#offset += lines.length || count; // no entry is so long: it is none of ours
    }
  }

  *#entriesIn(lines: Uint8Array<ArrayBuffer>): Generator<LogEntry, void, void> {
    for (let start = 0, end = 0; start < lines.length; start = end + 1) {
      end = lines.indexOf(NEWLINE, start);
      const entry = this.#parser.parse(lines.subarray(start, end));
      if (entry && this.choice.streams.has(entry.stream)) yield entry;
    }
  }
}
