/** Entries of several logs as one sequence. */
import type { LogEntry } from "./cri_log.ts";

/** The entries in the order of their times; of each source in its own order. The texts are good until the next. */
export function* mergeByTime<Source>(
  sources: Iterable<[Source, Iterator<LogEntry>]>,
): Generator<[Source, LogEntry], void, void> {
  const heads = Array.from(sources, ([source, entries]) => ({ source, entries, next: entries.next() }))
    .filter(({ next }) => !next.done);
  while (heads.length > 0) {
    // Times are all written with nine digits in UTC: they sort as texts.
    const first = heads.reduce((earliest, head) =>
      head.next.value!.time < earliest.next.value!.time ? head : earliest
    );
    yield [first.source, first.next.value!];
    first.next = first.entries.next();
    if (first.next.done) heads.splice(heads.indexOf(first), 1);
  }
}
