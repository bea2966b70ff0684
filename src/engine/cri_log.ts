/**
 * Log lines in the format of the Kubernetes CRI: `<RFC 3339 with nanoseconds> <stdout|stderr> <F|P> <text>`.
 * P marks a part of a line that goes on in the next entry of the same stream.
 * Source: kubernetes design-proposals, node/kubelet-cri-logging.md.
 */

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

/** Turns chunks of output into log lines. Keeps what has no newline yet until it comes. */
export class LogFormatter {
  readonly #rest: Record<LogStream, Uint8Array<ArrayBuffer>> = {
    stdout: new Uint8Array(),
    stderr: new Uint8Array(),
  };

  /** The lines that `chunk` completes, as bytes to append to the log. */
  add(stream: LogStream, chunk: Uint8Array<ArrayBuffer>, time: string): Uint8Array<ArrayBuffer> {
    const data = concat([this.#rest[stream], chunk]);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let start = 0;
    while (start < data.length) {
      const newline = data.indexOf(NEWLINE, start);
      const end = newline < 0 ? data.length : newline;
      if (newline < 0 && end - start < MAX_TEXT_BYTES) break;
      const cut = Math.min(end, start + MAX_TEXT_BYTES);
      const complete = cut === newline;
      pieces.push(prefix(time, stream, complete), data.subarray(start, cut), LINE_END);
      start = complete ? cut + 1 : cut;
    }
    this.#rest[stream] = data.slice(start);
    return concat(pieces);
  }

  /** What is left without a newline, at the end of the output. */
  flush(time: string): Uint8Array<ArrayBuffer> {
    const pieces = (["stdout", "stderr"] as const).flatMap((stream) => {
      const rest = this.#rest[stream];
      this.#rest[stream] = new Uint8Array();
      return rest.length ? [prefix(time, stream, false), rest, LINE_END] : [];
    });
    return concat(pieces);
  }
}

/** Reads one line of a log, without its newline; undefined when it is not one (a write was cut off). */
export function parseLogLine(line: Uint8Array<ArrayBuffer>): LogEntry | undefined {
  const afterTime = line.indexOf(SPACE);
  const afterStream = line.indexOf(SPACE, afterTime + 1);
  const afterTag = line.indexOf(SPACE, afterStream + 1);
  if (afterTime < 0 || afterStream < 0 || afterTag < 0) return undefined;
  const [time, stream, tag] = new TextDecoder().decode(line.subarray(0, afterTag)).split(" ");
  if ((stream !== "stdout" && stream !== "stderr") || (tag !== "F" && tag !== "P")) return undefined;
  return { time, stream, complete: tag === "F", text: line.subarray(afterTag + 1) };
}

/** The time now, as RFC 3339 with nine digits (the clock here has three that count). */
export function logTime(date = new Date()): string {
  return date.toISOString().replace("Z", "000000Z");
}

const LINE_END = new Uint8Array([NEWLINE]);

function prefix(time: string, stream: LogStream, complete: boolean): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${time} ${stream} ${complete ? "F" : "P"} `);
}

function concat(pieces: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
