/** Reading back what a container wrote. */
import type { ContainerRecord } from "../store/container.ts";
import { containerFiles } from "./container_files.ts";
import { type LogEntry, type LogStream, parseLogLine } from "./cri_log.ts";
import type { Engine } from "./engine.ts";
import { findContainer } from "./list.ts";
import { settle } from "./settle.ts";

export interface LogOptions {
  /** how many of the last lines; undefined: all */
  tail?: number;
  since?: Date;
  until?: Date;
  /** go on until the container has ended */
  follow: boolean;
  /** put the time before each line */
  timestamps: boolean;
  signal?: AbortSignal;
}

export type WriteLog = (stream: LogStream, bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** @throws NotFoundError */
export async function readLogs(
  engine: Engine,
  name: string,
  options: LogOptions,
  write: WriteLog,
): Promise<void> {
  const { record, status } = findContainer(engine, name);
  const path = containerFiles(engine.paths, record.id).log;
  using log = openLog(path);
  const printer = new LogPrinter(options, write);
  if (options.tail !== undefined) skipToTail(log, options);
  await printAvailable(log, printer);
  if (options.follow && status === "running") await follow(engine, record, log, path, printer, options);
}

async function follow(
  engine: Engine,
  record: ContainerRecord,
  log: Deno.FsFile,
  path: string,
  printer: LogPrinter,
  options: LogOptions,
): Promise<void> {
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([leaving.signal, options.signal]) : leaving.signal;
  using watcher = Deno.watchFs(path);
  const ended = settle(engine, record, signal).then(() => watcher.close());
  await printAvailable(log, printer); // what came between the first reading and the watch
  for await (const _event of watcher) await printAvailable(log, printer);
  await ended;
  await printAvailable(log, printer);
}

/** Turns log lines back into output, as the options ask. */
class LogPrinter {
  #rest = new Uint8Array();
  /** whether the last entry of the stream was a part, so that the next one goes on in its line */
  readonly #inLine: Record<LogStream, boolean> = { stdout: false, stderr: false };

  constructor(private readonly options: LogOptions, private readonly write: WriteLog) {}

  async add(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    const data = new Uint8Array(this.#rest.length + chunk.length);
    data.set(this.#rest);
    data.set(chunk, this.#rest.length);
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      const entry = parseLogLine(data.subarray(start, end));
      start = end + 1;
      if (entry && this.#wanted(entry)) await this.#print(entry);
    }
    this.#rest = data.slice(start);
  }

  #wanted(entry: LogEntry): boolean {
    const time = Date.parse(entry.time);
    return !(this.options.since && time < +this.options.since) &&
      !(this.options.until && time > +this.options.until);
  }

  async #print(entry: LogEntry): Promise<void> {
    const stamp = this.options.timestamps && !this.#inLine[entry.stream] ? `${entry.time} ` : "";
    const prefix = new TextEncoder().encode(stamp);
    const bytes = new Uint8Array(prefix.length + entry.text.length + (entry.complete ? 1 : 0));
    bytes.set(prefix);
    bytes.set(entry.text, prefix.length);
    if (entry.complete) bytes[bytes.length - 1] = NEWLINE;
    this.#inLine[entry.stream] = !entry.complete;
    await this.write(entry.stream, bytes);
  }
}

function openLog(path: string): Deno.FsFile {
  return Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
}

async function printAvailable(log: Deno.FsFile, printer: LogPrinter): Promise<void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let count = log.readSync(buffer); count; count = log.readSync(buffer)) {
    await printer.add(buffer.slice(0, count));
  }
}

/** Moves to where the last `tail` complete lines begin, reading backwards. */
function skipToTail(log: Deno.FsFile, options: LogOptions): void {
  let position = log.seekSync(0, Deno.SeekMode.End);
  let lines = 0;
  const buffer = new Uint8Array(CHUNK_BYTES);
  while (position > 0) {
    const start = Math.max(0, position - CHUNK_BYTES);
    log.seekSync(start, Deno.SeekMode.Start);
    const chunk = readFully(log, buffer.subarray(0, position - start));
    for (let index = chunk.lastIndexOf(NEWLINE); index >= 0; index = chunk.lastIndexOf(NEWLINE, index - 1)) {
      // Each newline but the file's last ends the line before the ones that were counted.
      if (lines++ === options.tail) return void log.seekSync(start + index + 1, Deno.SeekMode.Start);
      if (index === 0) break;
    }
    position = start;
  }
  log.seekSync(0, Deno.SeekMode.Start);
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
