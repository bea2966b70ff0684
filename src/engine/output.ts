/** One stream of a container's output on its way: to the log first, then to whoever listens. */
import { type Descriptor, readAvailable } from "../linux/file.ts";
import { LogFormatter, type LogStream, logTime } from "./cri_log.ts";

/** Takes output as it comes; the container is read no further until it returns. */
export type Listener = (stream: LogStream, bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/** empty: nothing now; ended: nobody writes to it any more. */
export type Drained = "more" | "empty" | "ended";

const CHUNK_BYTES = 64 * 1024;
/** One busy stream must not keep the others, and the terminal's input, waiting. */
const CHUNKS_PER_TURN = 16;

/** Writes output to the log file and passes it on. */
export class OutputWriter implements Disposable {
  #logFailed = false;
  readonly #formatter = new LogFormatter();
  readonly #log: Deno.FsFile;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);

  constructor(
    logPath: string,
    private readonly options: { listener?: Listener; onWarning?: (message: string) => void },
  ) {
    this.#log = Deno.openSync(logPath, { append: true, create: true, mode: 0o600 });
  }

  /** Moves what is there now, up to a bound. */
  async drain(source: Descriptor, stream: LogStream): Promise<Drained> {
    for (let turn = 0; turn < CHUNKS_PER_TURN; turn++) {
      const count = readAvailable(source.fd, this.#buffer);
      if (count === "empty") return "empty";
      if (count === 0) return "ended";
      await this.write(stream, this.#buffer.subarray(0, count));
    }
    return "more";
  }

  async write(stream: LogStream, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#append(this.#formatter.add(stream, bytes, logTime()));
    await this.options.listener?.(stream, bytes);
  }

  [Symbol.dispose](): void {
    this.#append(this.#formatter.flush(logTime()));
    this.#log.close();
  }

  /** A full disk neither stops the container nor hides its output from the listener: lines go missing in the log. */
  #append(lines: Uint8Array): void {
    let written = 0;
    try {
      while (written < lines.length) written += this.#log.writeSync(lines.subarray(written));
    } catch (error) {
      this.#log.truncateSync(this.#log.statSync().size - written); // no half lines
      if (!this.#logFailed) {
        this.options.onWarning?.(`'budgie logs' will lack lines: ${(error as Error).message}`);
      }
      this.#logFailed = true;
    }
  }
}
