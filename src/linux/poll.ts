/**
 * Waiting for many descriptors at once in one poll(2).
 *
 * Deno's blocking pool has 32 threads, and a pending read of a FIFO holds one: with one read for each
 * container the process would stand still at 32. This holds one thread, however many descriptors there are.
 */
import { EventFd } from "./event_fd.ts";
import { openLibc } from "./libc.ts";

/** asm-generic/poll.h: the same on x86_64 and aarch64. */
export const POLLIN = 0x1;
export const POLLPRI = 0x2;
export const POLLOUT = 0x4;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;

/** struct pollfd: int fd, short events, short revents. */
const POLLFD_BYTES = 8;

const libc = openLibc({
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
});

/** What poll(2) said of one descriptor: a mix of POLLIN, POLLOUT, POLLERR and POLLHUP. */
export type Readiness = number;

export class Poller implements Disposable {
  readonly #wanted = new Map<number, number>();
  /** what #wanted is to the kernel, until it changes */
  #prepared: Prepared | undefined;
  readonly #wake = new EventFd();
  #waiting = false;

  /** Watches `fd` for `events`, from the next wait on; 0 watches for the other side's end only. */
  watch(fd: number, events: number): void {
    if (this.#wanted.get(fd) === events) return;
    this.#wanted.set(fd, events);
    this.#prepared = undefined;
    this.wake();
  }

  /** Forgets `fd`; to be called before it is closed. */
  unwatch(fd: number): void {
    if (!this.#wanted.delete(fd)) return;
    this.#prepared = undefined;
    this.wake();
  }

  /** Makes a wait under way return at once. */
  wake(): void {
    if (this.#waiting) this.#wake.signal();
  }

  /**
   * The descriptors that are ready; none after `timeoutMs` or a wake(). One wait at a time.
   * @param timeoutMs -1: without end
   */
  async wait(timeoutMs = -1): Promise<Map<number, Readiness>> {
    const { fds, pollfds, bytes } = this.#prepared ??= prepare(this.#wanted, this.#wake.fd);
    this.#waiting = true;
    try {
      await libc.poll(bytes, BigInt(fds.length + 1), timeoutMs);
    } finally {
      this.#waiting = false;
    }
    this.#wake.take();
    const ready = new Map<number, Readiness>();
    fds.forEach((fd, index) => {
      const revents = pollfds.getInt16(index * POLLFD_BYTES + 6, true);
      // What was unwatched during the wait may be closed and its number taken by something else.
      if (revents !== 0 && this.#wanted.has(fd)) ready.set(fd, revents);
    });
    return ready;
  }

  [Symbol.dispose](): void {
    this.#wake.close();
  }
}

interface Prepared {
  fds: number[];
  /** struct pollfd for each of them, and one for the wake-up */
  pollfds: DataView;
  bytes: Uint8Array<ArrayBuffer>;
}

function prepare(wanted: Map<number, number>, wakeFd: number): Prepared {
  const bytes = new Uint8Array((wanted.size + 1) * POLLFD_BYTES);
  const pollfds = new DataView(bytes.buffer);
  [...wanted, [wakeFd, POLLIN]].forEach(([fd, events], index) => {
    pollfds.setInt32(index * POLLFD_BYTES, fd, true);
    pollfds.setInt16(index * POLLFD_BYTES + 4, events, true);
  });
  return { fds: [...wanted.keys()], pollfds, bytes };
}
