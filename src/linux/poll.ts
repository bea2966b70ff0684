/**
 * Waiting for many descriptors at once in one poll(2).
 *
 * Deno's blocking pool has 32 threads, and a pending read of a FIFO holds one: with one read for each
 * container the process would stand still at 32. This holds one thread, however many descriptors there are.
 */
import { check, openLibc } from "./libc.ts";
import { Descriptor } from "./file.ts";

/** asm-generic/poll.h: the same on x86_64 and aarch64. */
export const POLLIN = 0x1;
export const POLLOUT = 0x4;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;

const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;
/** struct pollfd: int fd, short events, short revents. */
const POLLFD_BYTES = 8;

const libc = openLibc({
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  eventfd_read: { parameters: ["i32", "buffer"], result: "i32" },
});

/** What poll(2) said of one descriptor: a mix of POLLIN, POLLOUT, POLLERR and POLLHUP. */
export type Readiness = number;

export class Poller implements Disposable {
  readonly #wanted = new Map<number, number>();
  readonly #wake = new Descriptor(check(libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"));
  #waiting = false;

  /** Watches `fd` for `events`, from the next wait on; 0 watches for the other side's end only. */
  watch(fd: number, events: number): void {
    if (this.#wanted.get(fd) === events) return;
    this.#wanted.set(fd, events);
    this.wake();
  }

  /** Forgets `fd`; to be called before it is closed. */
  unwatch(fd: number): void {
    if (this.#wanted.delete(fd)) this.wake();
  }

  get size(): number {
    return this.#wanted.size;
  }

  /** Makes a wait under way return at once. */
  wake(): void {
    if (this.#waiting) libc.eventfd_write(this.#wake.fd, 1n);
  }

  /**
   * The descriptors that are ready; none after `timeoutMs` or a wake(). One wait at a time.
   * @param timeoutMs -1: without end
   */
  async wait(timeoutMs = -1): Promise<Map<number, Readiness>> {
    const fds = [...this.#wanted];
    const pollfds = new DataView(new ArrayBuffer((fds.length + 1) * POLLFD_BYTES));
    fds.push([this.#wake.fd, POLLIN]);
    fds.forEach(([fd, events], index) => {
      pollfds.setInt32(index * POLLFD_BYTES, fd, true);
      pollfds.setInt16(index * POLLFD_BYTES + 4, events, true);
    });
    this.#waiting = true;
    try {
      await libc.poll(new Uint8Array(pollfds.buffer), BigInt(fds.length), timeoutMs);
    } finally {
      this.#waiting = false;
    }
    libc.eventfd_read(this.#wake.fd, new Uint8Array(8));
    const ready = new Map<number, Readiness>();
    fds.slice(0, -1).forEach(([fd], index) => {
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
