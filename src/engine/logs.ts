/** Reading back what a container wrote. */
import type { ContainerRecord } from "../store/container.ts";
import { containerFiles } from "./container_files.ts";
import { type LogEntry, type LogStream, parseLogLine } from "./cri_log.ts";
import type { Engine } from "./engine.ts";
import { skipToTail } from "./log_tail.ts";
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
  if (options.tail !== undefined) skipToTail(log, options.tail);
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
  const ended = settle(engine, record, signal).finally(() => watcher.close());
  ended.catch(() => {}); // it is awaited below, after the last line was printed
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
    const { since, until } = this.options;
    if (!since && !until) return true;
    const time = Date.parse(entry.time);
    return !(since && time < +since) && !(until && time > +until);
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
