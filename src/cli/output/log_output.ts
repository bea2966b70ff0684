/** Log entries as output again, with times and names before the lines where asked for. */
import type { ContainerRecord } from "../../store/container.ts";
import type { LogEntry, LogStream } from "../../engine/log/cri_log.ts";
import type { LogSink } from "../../engine/log/logs.ts";
import { logPrefixes } from "./log_prefix.ts";

export interface LogOutputOptions {
  /** the time before each line */
  timestamps: boolean;
  /** the name before each line, where there are several containers */
  prefix: boolean;
  /** which streams take colours */
  coloured: Record<LogStream, boolean>;
  write(stream: LogStream, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** is told when lines are missing */
  notify(line: string): void;
}

/** Lines of several containers are shown whole; one that is longer is cut. Four of a log's parts. */
const MAX_LINE_BYTES = 64 * 1024;
/** Written at once, where there is so much. */
const BATCH_BYTES = 64 * 1024;
const LINE_END = new Uint8Array([10]);

/** Which of our own streams take colours: neither unless standard output is a terminal (https://no-color.org). */
export function takesColour(wanted: boolean): Record<LogStream, boolean> {
  const stdout = wanted && !Deno.noColor && Deno.stdout.isTerminal();
  return { stdout, stderr: stdout && Deno.stderr.isTerminal() };
}

/** Shows what is given to it; the parts of a line are joined. */
export class LogOutput implements LogSink {
  readonly #shown: Map<string, Shown>;
  readonly #joinsLines: boolean;
  readonly #batch = new Uint8Array(BATCH_BYTES);
  #batchBytes = 0;
  #stream: LogStream = "stdout";
  #writing: Promise<void> | undefined;

  constructor(records: readonly ContainerRecord[], private readonly options: LogOutputOptions) {
    this.#joinsLines = records.length > 1;
    const prefixes = options.prefix && this.#joinsLines
      ? logPrefixes(records.map(({ name }) => name))
      : undefined;
    const line = (name: string, stream: LogStream): Line => {
      const prefix = prefixes?.get(name);
      const words = options.coloured[stream] ? prefix?.coloured : prefix?.plain;
      return { prefix: new TextEncoder().encode(words), pieces: [], sizeBytes: 0, isBegun: false };
    };
    this.#shown = new Map(records.map(({ id, name }) => {
      return [id, { missed: false, stdout: line(name, "stdout"), stderr: line(name, "stderr") }];
    }));
  }

  write({ id }: ContainerRecord, { stream, time, complete, text }: LogEntry): Promise<void> | void {
    const line = this.#shown.get(id)![stream];
    const begin = line.isBegun ? [] : this.#beforeLine(line, time);
    line.isBegun = !complete;
    if (complete) return this.#show(stream, [...line.pieces.splice(0), ...begin, text, LINE_END]);
    if (!this.#joinsLines) return this.#show(stream, [...begin, text]);
    line.sizeBytes = (begin.length > 0 ? 0 : line.sizeBytes) + text.length;
    line.pieces.push(...begin, text.slice());
    if (line.sizeBytes >= MAX_LINE_BYTES) return this.#cut(stream, line);
  }

  flush(): Promise<void> | void {
    if (this.#batchBytes === 0) return this.#writing;
    const [stream, bytes, before] = [this.#stream, this.#batch.slice(0, this.#batchBytes), this.#writing];
    this.#batchBytes = 0;
    return this.#writing = (async () => {
      await before;
      await this.options.write(stream, bytes);
    })();
  }

  ended({ id }: ContainerRecord): void {
    const shown = this.#shown.get(id)!;
    for (const stream of ["stdout", "stderr"] as const) {
      if (shown[stream].pieces.length > 0) void this.#cut(stream, shown[stream]);
    }
  }

  missed({ id, name }: ContainerRecord): void {
    const shown = this.#shown.get(id)!;
    if (shown.missed) return;
    shown.missed = true;
    this.options.notify(
      `Warning: lines of '${name}' are missing here: it wrote faster than its log was read`,
    );
  }

  #beforeLine({ prefix }: Line, time: string): Uint8Array<ArrayBuffer>[] {
    return this.options.timestamps ? [prefix, new TextEncoder().encode(`${time} `)] : [prefix];
  }

  /** Ends a line that has no end of its own, or not yet. */
  #cut(stream: LogStream, line: Line): Promise<void> | void {
    line.isBegun = false;
    return this.#show(stream, [...line.pieces.splice(0), LINE_END]);
  }

  #show(stream: LogStream, pieces: Uint8Array<ArrayBuffer>[]): Promise<void> | void {
    let waiting = stream === this.#stream ? undefined : this.flush(); // each stream's turn in the order of time
    this.#stream = stream;
    for (const piece of pieces) {
      for (let rest = piece; rest.length > 0;) {
        const fitting = rest.subarray(0, BATCH_BYTES - this.#batchBytes);
        this.#batch.set(fitting, this.#batchBytes);
        this.#batchBytes += fitting.length;
        rest = rest.subarray(fitting.length);
        if (this.#batchBytes === BATCH_BYTES) waiting = this.flush();
      }
    }
    return waiting;
  }
}

interface Shown {
  stdout: Line;
  stderr: Line;
  /** it was said that lines are missing */
  missed: boolean;
}

/** A line on its way. */
interface Line {
  prefix: Uint8Array<ArrayBuffer>;
  /** held back until it ends, where lines are shown whole */
  pieces: Uint8Array<ArrayBuffer>[];
  sizeBytes: number;
  /** what stands before it is in `pieces`, or was shown */
  isBegun: boolean;
}
