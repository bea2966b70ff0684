/** A counter that can be waited for (eventfd(2)). */
import { check, openLibc } from "./libc.ts";
import { Descriptor } from "./file.ts";

const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;

const libc = openLibc({
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  eventfd_read: { parameters: ["i32", "buffer"], result: "i32" },
});

export class EventFd extends Descriptor {
  constructor() {
    super(check(libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"));
  }

  /** Makes it readable. */
  signal(): void {
    libc.eventfd_write(this.fd, 1n);
  }

  /** How often it was signalled since the last time. */
  take(): number {
    const count = new BigUint64Array(1);
    libc.eventfd_read(this.fd, new Uint8Array(count.buffer)); // fails, and leaves the 0, when it was not signalled
    return Number(count[0]);
  }
}
