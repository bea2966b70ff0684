/** Finding the last lines of a log without reading all of it. */
import { type LogStream, parseLogLine } from "./cri_log.ts";

const CHUNK_BYTES = 256 * 1024;
/** More than an entry has before its text. */
const HEADER_BYTES = 64;
const NEWLINE = 10;

/**
 * Moves to where the last `tail` lines of the container begin. The parts of a long line count as one line;
 * so does what has no newline yet.
 */
export function skipToTail(log: Deno.FsFile, tail: number): void {
  let begin = log.seekSync(0, Deno.SeekMode.End);
  let lines = 0;
  const seen = new Set<LogStream>();
  for (const { start, header } of entriesBackwards(log, begin)) {
    const entry = parseLogLine(header);
    if (entry) {
      if ((entry.complete || !seen.has(entry.stream)) && ++lines > tail) break;
      seen.add(entry.stream);
    }
    begin = start;
  }
  log.seekSync(begin, Deno.SeekMode.Start);
}

/** Where each entry starts, and its first bytes, from the last to the first. */
function* entriesBackwards(
  log: Deno.FsFile,
  end: number,
): Generator<{ start: number; header: Uint8Array<ArrayBuffer> }> {
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
      if (chunkStart + last + 1 < end) yield headerAt(last + 1);
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
