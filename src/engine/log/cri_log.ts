/**
 * Log lines in the format of the Kubernetes CRI: `<RFC 3339 with nanoseconds> <stdout|stderr> <F|P> <text>`.
 * P marks a part of a line that goes on in the next entry of the same stream.
 * Source: kubernetes design-proposals, node/kubelet-cri-logging.md.
 */

import { concatBytes } from "../../base/concat_bytes.ts";

export type LogStream = "stdout" | "stderr";

export interface LogEntry {
  time: string;
  stream: LogStream;
  /** F: the line ends here */
  complete: boolean;
  /** without the newline; whatever bytes the container wrote */
  text: Uint8Array<ArrayBuffer>;
}

/** Longer lines are cut into parts (kubelet's and docker's bound). */
const MAX_TEXT_BYTES = 16 * 1024;
const NEWLINE = 10;
const SPACE = 32;

/**
 * A chunk of output as entries to append to the log. What has no newline yet is written as a part at once, not kept
 * until the newline comes: a SIGKILL meanwhile would lose it, for it is no longer in the pipe.
 */
export function logEntries(
  stream: LogStream,
  chunk: Uint8Array<ArrayBuffer>,
  time: string,
): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const [whole, part] = [prefix(time, stream, true), prefix(time, stream, false)];
  for (let start = 0; start < chunk.length;) {
    const newline = chunk.indexOf(NEWLINE, start);
    const cut = Math.min(newline < 0 ? chunk.length : newline, start + MAX_TEXT_BYTES);
    const complete = cut === newline;
    pieces.push(complete ? whole : part, chunk.subarray(start, cut), LINE_END);
    start = complete ? cut + 1 : cut;
  }
  return concatBytes(pieces);
}

/** Reads lines of a log. Most lines begin like the one before, which makes them cheap. */
export class LogParser {
  #prefix = new Uint8Array();
  #before: Omit<LogEntry, "text"> | undefined;

  /** One line without its newline; undefined when it is not one (a write was cut off). */
  parse(line: Uint8Array<ArrayBuffer>): LogEntry | undefined {
    if (!this.#before || !startsWith(line, this.#prefix)) this.#read(line);
    return this.#before && { ...this.#before, text: line.subarray(this.#prefix.length) };
  }

  #read(line: Uint8Array<ArrayBuffer>): void {
    this.#before = undefined;
    const afterTime = line.indexOf(SPACE);
    const afterStream = line.indexOf(SPACE, afterTime + 1);
    const afterTag = line.indexOf(SPACE, afterStream + 1);
    if (afterTime < 0 || afterStream < 0 || afterTag < 0) return;
    const [time, stream, tag] = new TextDecoder().decode(line.subarray(0, afterTag)).split(" ");
    if ((stream !== "stdout" && stream !== "stderr") || (tag !== "F" && tag !== "P")) return;
    this.#before = { time, stream, complete: tag === "F" };
    this.#prefix = line.slice(0, afterTag + 1);
  }
}

function startsWith(line: Uint8Array, prefix: Uint8Array): boolean {
  if (line.length < prefix.length) return false;
  // From the end: what changes first are the stream and the last digits of the time.
  for (let index = prefix.length - 1; index >= 0; index--) if (line[index] !== prefix[index]) return false;
  return true;
}

/** The time now, as RFC 3339 with nine digits (the clock here has three that count). */
export function logTime(date = new Date()): string {
  return date.toISOString().replace("Z", "000000Z");
}

const LINE_END = new Uint8Array([NEWLINE]);

function prefix(time: string, stream: LogStream, complete: boolean): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${time} ${stream} ${complete ? "F" : "P"} `);
}
