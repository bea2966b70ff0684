/**
 * What was taken out of a container's streams and may not be in its log yet: it lies in a FIFO that the shim keeps,
 * behind a header that says where the log ended before. Where whoever took it is killed, the next one finds it, and
 * sees in the log how much of it is there. So no byte is lost, and none is logged twice.
 */
import { type Descriptor, openDescriptor, readAvailable, writeAvailable } from "../../linux/file.ts";
import { O_NONBLOCK, O_RDWR } from "../../linux/open_flags.ts";
import { copyAvailable, moveAvailable, type Pipe } from "../../linux/pipe.ts";
import type { LogStream } from "../log/cri_log.ts";
import type { LogEnd } from "../log/log_file.ts";

export interface TakenBytes {
  stream: LogStream;
  /** of the log, before they were taken */
  logEnd: LogEnd;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Of whoever has the turn. */
export interface Workbench {
  buffer: Uint8Array<ArrayBuffer>;
  /** to look into the FIFO without taking anything out; as large as that, for both have the kernel's default */
  peek: Pipe;
}

/** Three numbers of 64 bits: the stream, the inode of the log's file, its size. */
const HEADER_BYTES = 24;
const STREAMS: LogStream[] = ["stdout", "stderr"];

export class Taken implements Disposable {
  readonly #fifo: Descriptor;
  readonly #header = new Float64Array(HEADER_BYTES / Float64Array.BYTES_PER_ELEMENT);

  constructor(path: string, private readonly bench: Workbench) {
    this.#fifo = openDescriptor(path, O_RDWR | O_NONBLOCK);
  }

  /**
   * Takes what is in the stream now, up to a bound. done() must come before the next one.
   * @returns bytes that are good until the turn ends; ended: nobody writes to it any more
   */
  take(source: Descriptor, stream: LogStream, logEnd: LogEnd): Uint8Array<ArrayBuffer> | "empty" | "ended" {
    this.#header.set([STREAMS.indexOf(stream), logEnd.inode, logEnd.offset]);
    writeAvailable(this.#fifo.fd, new Uint8Array(this.#header.buffer));
    const count = moveAvailable(source.fd, this.#fifo.fd, this.bench.buffer.length - HEADER_BYTES);
    if (count !== "empty" && count > 0) return this.#look().subarray(HEADER_BYTES);
    this.done();
    return count === 0 ? "ended" : "empty";
  }

  /** They are in the log. What take() has returned stays as it is: the same bytes come to the same place once more. */
  done(): void {
    readAvailable(this.#fifo.fd, this.bench.buffer);
  }

  /** What a killed one had taken; undefined: nothing. done() must come after it. */
  left(): TakenBytes | undefined {
    const all = this.#look();
    const bytes = all.subarray(HEADER_BYTES);
    if (bytes.length > 0) return { ...parseHeader(all), bytes };
    if (all.length > 0) this.done();
  }

  [Symbol.dispose](): void {
    this.#fifo.close();
  }

  #look(): Uint8Array<ArrayBuffer> {
    const { buffer, peek } = this.bench;
    const count = copyAvailable(this.#fifo.fd, peek.writable.fd, buffer.length);
    if (count === "empty") return buffer.subarray(0, 0);
    readAvailable(peek.readable.fd, buffer);
    return buffer.subarray(0, count);
  }
}

function parseHeader(bytes: Uint8Array<ArrayBuffer>): Omit<TakenBytes, "bytes"> {
  const [stream, inode, offset] = new Float64Array(bytes.slice(0, HEADER_BYTES).buffer);
  return { stream: STREAMS[stream], logEnd: { inode, offset } };
}
