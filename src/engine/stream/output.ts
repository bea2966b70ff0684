/** One stream of a container's output on its way: to the log first, then to whoever listens. */
import type { Descriptor } from "../../linux/file.ts";
import { logEntries, type LogStream, logTime } from "../log/cri_log.ts";
import type { LogFile } from "../log/log_file.ts";
import type { Taken } from "./taken.ts";

/** Takes output as it comes; the container is read no further until it returns. */
export type Listener = (stream: LogStream, bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/** empty: nothing now; ended: nobody writes to it any more. */
export type Drained = "more" | "empty" | "ended";

/** One busy stream must not keep the others, and the terminal's input, waiting. */
const CHUNKS_PER_TURN = 16;

/** Writes output to the log and passes it on. */
export class OutputWriter {
  #bytes = 0;

  constructor(
    private readonly log: LogFile,
    private readonly taken: Taken,
    private readonly listener?: Listener,
  ) {}

  /** How many have been written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Moves what is there now, up to a bound. */
  async drain(source: Descriptor, stream: LogStream): Promise<Drained> {
    for (let turn = 0; turn < CHUNKS_PER_TURN; turn++) {
      const bytes = this.taken.take(source, stream, this.log.end);
      if (typeof bytes === "string") return bytes;
      this.#bytes += bytes.length;
      this.log.append(logEntries(stream, bytes, logTime()));
      this.taken.done();
      await this.listener?.(stream, bytes);
    }
    return "more";
  }

  /** Logs what one who was killed had taken, and no more. */
  recover(): void {
    const left = this.taken.left();
    if (!left) return;
    this.log.appendRest(logEntries(left.stream, left.bytes, logTime()), left.logEnd);
    this.taken.done();
  }
}
