/** Standard input on its way to a container. */
import { type Descriptor, readAvailable, writeAvailable } from "../../linux/file.ts";
import { SystemError } from "../../linux/libc.ts";
import { type Poller, POLLIN, POLLOUT, type Readiness } from "../../linux/poll.ts";
import type { DetachKeys } from "./detach_keys.ts";

const CHUNK_BYTES = 16 * 1024;

/** Reads no more while the container does not take what was read. */
export class Input {
  #pending = new Uint8Array();
  #sourceEnded = false;
  #ended = false;

  /**
   * @param source our descriptor to read from, and the keys in it that are meant for us
   * @param target the container's FIFO, which is closed at the end of the input; or the pty's master, which
   * is read from too and stays open: there the end is a character that is typed
   */
  constructor(
    private readonly poller: Poller,
    private readonly from: { source: number; detachKeys?: { keys: DetachKeys; onDetach: () => void } },
    private readonly target: { descriptor: Descriptor; isPty: boolean },
  ) {
    poller.watch(from.source, POLLIN);
  }

  concerns(ready: ReadonlyMap<number, Readiness>): boolean {
    return ready.has(this.from.source) || (this.#pending.length > 0 && ready.has(this.target.descriptor.fd));
  }

  /** Moves what can be moved after a wait. */
  move(ready: ReadonlyMap<number, Readiness>): void {
    if (this.#ended) return;
    try {
      if (this.#pending.length === 0 && ready.has(this.from.source)) this.#read();
      if (this.#pending.length > 0) {
        this.#pending = this.#pending.subarray(writeAvailable(this.target.descriptor.fd, this.#pending));
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return this.end(); // EPIPE, EIO: the container has closed it; EISDIR, EBADF: ours can't be read
    }
    if (this.#sourceEnded && this.#pending.length === 0) return this.end();
    this.#watch();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.poller.unwatch(this.from.source);
    if (this.target.isPty) return;
    this.poller.unwatch(this.target.descriptor.fd);
    this.target.descriptor.close(); // the container reads the end of its input
  }

  #read(): void {
    const buffer = new Uint8Array(CHUNK_BYTES);
    const count = readAvailable(this.from.source, buffer);
    if (count === 0) this.#sourceEnded = true;
    else if (count !== "empty") this.#pending = this.#withoutDetachKeys(buffer.subarray(0, count));
  }

  #withoutDetachKeys(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { detachKeys } = this.from;
    if (!detachKeys) return bytes;
    const { passed, detached } = detachKeys.keys.read(bytes);
    if (detached) detachKeys.onDetach();
    return passed;
  }

  /** For room in the target while it is full, for more input otherwise. */
  #watch(): void {
    const full = this.#pending.length > 0;
    if (full) this.poller.unwatch(this.from.source);
    else this.poller.watch(this.from.source, POLLIN);
    const { descriptor: { fd }, isPty } = this.target;
    if (isPty) this.poller.watch(fd, full ? POLLIN | POLLOUT : POLLIN);
    else if (full) this.poller.watch(fd, POLLOUT);
    else this.poller.unwatch(fd);
  }
}
