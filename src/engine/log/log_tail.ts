/** Finding the last lines of a log without reading all of it. */
import { LogParser, type LogStream } from "./cri_log.ts";
import type { LogSet, OpenLog } from "./log_set.ts";

const CHUNK_BYTES = 256 * 1024;
/** More than an entry has before its text. */
const HEADER_BYTES = 64;
const NEWLINE = 10;

/** Lines from `offset` of the first file to `end` of the last. The caller closes the files. */
export interface LogPlace {
  files: OpenLog[];
  offset: number;
  end: number;
}

/**
 * Where the last `tail` lines of `streams` are now. The parts of a long line count as one line; so does what has
 * no newline yet.
 * @returns undefined when nothing was logged yet
 */
export function openTail(set: LogSet, tail: number, streams: ReadonlySet<LogStream>): LogPlace | undefined {
  const newest = set.openNewest();
  if (!newest) return undefined;
  const files = [newest];
  const parser = new LogParser();
  let lines = 0;
  let end: number | undefined;
  const seen = new Set<LogStream>();
  for (;;) {
    const beginnings = beginningsBackwards(files[0].file);
    let offset = beginnings.next().value?.start ?? 0; // behind the last whole entry
    end ??= offset;
    for (const { start, header } of beginnings) {
      const entry = parser.parse(header);
      if (entry && streams.has(entry.stream)) {
        if ((entry.complete || !seen.has(entry.stream)) && ++lines > tail) return { files, offset, end };
        seen.add(entry.stream);
      }
      offset = start;
    }
    const older = set.openOlder(files[0]);
    if (older === "none" || older === "gone") return { files, offset, end };
    files.unshift(older);
  }
}

/** Where each entry begins, and its first bytes, from the last to the first; first of all the end of the last. */
function* beginningsBackwards(
  log: Deno.FsFile,
): Generator<{ start: number; header: Uint8Array<ArrayBuffer> }, undefined, void> {
  const end = log.seekSync(0, Deno.SeekMode.End);
  const buffer = new Uint8Array(CHUNK_BYTES + HEADER_BYTES);
  for (let chunkStart = end, chunkEnd = end; chunkStart > 0; chunkEnd = chunkStart) {
    chunkStart = Math.max(0, chunkEnd - CHUNK_BYTES);
    log.seekSync(chunkStart, Deno.SeekMode.Start);
    // With the beginning of the chunk after it: a header may lie across the border.
    const size = Math.min(end, chunkEnd + HEADER_BYTES) - chunkStart;
    const chunk = readFully(log, buffer.subarray(0, size));
    const headerAt = (index: number) => ({
      start: chunkStart + index,
      header: chunk.subarray(index, index + HEADER_BYTES),
    });
    for (let last = chunkEnd - chunkStart - 1; last >= 0; last--) {
      last = chunk.lastIndexOf(NEWLINE, last);
      if (last < 0) break;
      yield headerAt(last + 1);
    }
    if (chunkStart === 0) yield headerAt(0);
  }
}

function readFully(file: Deno.FsFile, target: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let filled = 0;
  while (filled < target.length) {
    const count = file.readSync(target.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return target.subarray(0, filled);
}
