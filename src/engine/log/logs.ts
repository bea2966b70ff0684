/** Reading back what containers wrote, and following it over rotations and restarts. */
import { Bell } from "../../base/bell.ts";
import { BudgieError } from "../../base/errors.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { readState } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import { type LogEntry, type LogStream } from "./cri_log.ts";
import type { Engine } from "../engine.ts";
import { untilLogEnds } from "./log_end.ts";
import { mergeByTime } from "./log_merge.ts";
import { findRecord } from "../list.ts";
import { LogReader } from "./log_reader.ts";
import { LogSet } from "./log_set.ts";
import { watchLogs } from "./log_watch.ts";

export interface LogOptions {
  /** how many of the last lines of each container; undefined: all */
  tail?: number;
  since?: Date;
  until?: Date;
  /** undefined: both */
  streams?: LogStream[];
  /** go on until the containers have ended for good or `until` has come */
  follow: boolean;
  signal?: AbortSignal;
}

/** Takes what was logged. While it lets one wait, nothing more is read. */
export interface LogSink {
  /** The entry's text may not be kept after this was fulfilled. */
  write(record: ContainerRecord, entry: LogEntry): Promise<void> | void;
  /** There is nothing more for now: what was collected is to be shown. */
  flush(): Promise<void> | void;
  /** Nothing more comes of this container, also no end for a line that has none. A flush follows. */
  ended(record: ContainerRecord): void;
  /** The log was written faster than it was read; lines in between are gone. */
  missed(record: ContainerRecord): void;
}

interface Source {
  record: ContainerRecord;
  reader: LogReader;
}

/** For what no event tells, as `until`. */
const RECHECK_MS = 1_000;

/**
 * A container whose output is kept.
 * @throws NotFoundError; BudgieError when it keeps none, or the beginning of an ID fits several
 */
export function findLogged(engine: Engine, name: string): ContainerRecord {
  const record = findRecord(readState(engine.paths), name);
  if (record.options.log.maxFiles > 0) return record;
  throw new BudgieError(`Cannot show the logs of '${name}': it keeps none`, {
    hint: "It was created with '--log-driver none'",
  });
}

/**
 * Gives what the containers wrote to `sink`, in the order of time, and then, with `follow`, what they write.
 * One that nobody drains is drained meanwhile. Ends early when `signal` aborts.
 */
export async function readLogs(
  engine: Engine,
  records: readonly ContainerRecord[],
  options: LogOptions,
  sink: LogSink,
): Promise<void> {
  using stack = new DisposableStack();
  const sources = records.map((record) => ({
    record,
    reader: stack.use(openReader(engine, record, options)),
  }));
  if (options.follow) return await follow(engine, sources, options, sink);
  await pass(sources, options, sink);
  for (const { record } of sources) sink.ended(record);
  await sink.flush();
}

function openReader(engine: Engine, record: ContainerRecord, options: LogOptions): LogReader {
  const limits = record.options.log;
  const set = new LogSet(containerFiles(engine.paths, record.id).log, limits.maxFiles);
  const streams = new Set(options.streams ?? ["stdout", "stderr"] as const);
  return new LogReader(set, limits, { tail: options.tail, tailOnly: !options.follow, streams });
}

async function follow(engine: Engine, sources: Source[], options: LogOptions, sink: LogSink): Promise<void> {
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([leaving.signal, options.signal]) : leaving.signal;
  const [written, changed] = [new Bell(), new Bell()];
  signal.addEventListener("abort", () => [written, changed].forEach((bell) => bell.ring()));
  await using _watch = watchLogs(engine.paths, new Map(sources.map((source) => [source.record.id, source])), {
    onWritten({ reader }) {
      reader.catchUp(); // before the writer rotates it away
      written.ring();
    },
    onChanged: () => changed.ring(),
  });
  const ended = new Set<Source>();
  const ends = sources.map(async (source) => {
    await untilLogEnds(engine, source.record.id, { changed, signal });
    ended.add(source);
    written.ring();
  });
  const passing = passUntilEnded(sources, { ended, written }, { ...options, signal }, sink)
    .finally(() => leaving.abort());
  try {
    await Promise.all([passing, ...ends]);
  } finally {
    leaving.abort();
    await Promise.allSettled(ends);
  }
}

async function passUntilEnded(
  sources: Source[],
  { ended, written }: { ended: ReadonlySet<Source>; written: Bell },
  options: LogOptions & { signal: AbortSignal },
  sink: LogSink,
): Promise<void> {
  for (let going = sources; going.length > 0 && !options.signal.aborted;) {
    const heard = written.rings;
    const isLast = options.until !== undefined && Date.now() > +options.until;
    // Looked at before the reading: what has ended writes no more.
    const over = going.filter((source) => isLast || ended.has(source));
    await pass(going, options, sink);
    for (const { record, reader } of over) {
      sink.ended(record);
      reader[Symbol.dispose]();
    }
    if (over.length > 0) await sink.flush();
    going = going.filter((source) => !over.includes(source));
    if (over.length === 0) await written.after(heard, RECHECK_MS);
  }
}

/** What there is now. */
async function pass(sources: readonly Source[], options: LogOptions, sink: LogSink): Promise<void> {
  const readings = sources.map((source): [Source, Iterator<LogEntry>] => [source, source.reader.entries()]);
  for (const [{ record }, entry] of mergeByTime(readings)) {
    if (options.signal?.aborted) return;
    if (!isWithin(entry, options)) continue;
    const waiting = sink.write(record, entry);
    if (waiting) await waiting;
  }
  for (const { record, reader } of sources) if (reader.takeMissed()) sink.missed(record);
  await sink.flush();
}

function isWithin(entry: LogEntry, { since, until }: LogOptions): boolean {
  if (!since && !until) return true;
  const time = Date.parse(entry.time);
  return !(since && time < +since) && !(until && time > +until);
}
