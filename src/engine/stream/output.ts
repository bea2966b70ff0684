/** One stream of a container's output on its way: to the log first, then to whoever listens. */
import { type Descriptor, readAvailable } from "../../linux/file.ts";
import { logEntries, type LogStream, logTime } from "../log/cri_log.ts";
import type { LogFile } from "../log/log_file.ts";

/** Takes output as it comes; the container is read no further until it returns. */
export type Listener = (stream: LogStream, bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/** empty: nothing now; ended: nobody writes to it any more. */
export type Drained = "more" | "empty" | "ended";

/** One busy stream must not keep the others, and the terminal's input, waiting. */
const CHUNKS_PER_TURN = 16;

/** Writes output to the log, which it closes at its end, and passes it on. */
export class OutputWriter implements Disposable {
  #bytes = 0;

  /** @param options.buffer to read into: between two reads it may be somebody else's */
  constructor(
    private readonly log: LogFile,
    private readonly options: { buffer: Uint8Array<ArrayBuffer>; listener?: Listener },
  ) {}

  /** How many have been written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Moves what is there now, up to a bound. */
  async drain(source: Descriptor, stream: LogStream): Promise<Drained> {
    for (let turn = 0; turn < CHUNKS_PER_TURN; turn++) {
      const { buffer } = this.options;
      const count = readAvailable(source.fd, buffer);
      if (count === "empty") return "empty";
      if (count === 0) return "ended";
      await this.write(stream, buffer.subarray(0, count));
    }
    return "more";
  }

  async write(stream: LogStream, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#bytes += bytes.length;
    this.log.append(logEntries(stream, bytes, logTime()));
    await this.options.listener?.(stream, bytes);
  }

  [Symbol.dispose](): void {
    this.log[Symbol.dispose]();
  }
}
