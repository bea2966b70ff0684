/**
 * Raw descriptors, for what must be polled, passed to ioctl(2) or opened without blocking: a Deno.FsFile
 * does not show its descriptor. Regular files are read and written through Deno.
 */
import { check, cString, errno, openLibc, SystemError } from "./libc.ts";
import { O_CLOEXEC } from "./open_flags.ts";

const libc = openLibc({
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
  chmod: { parameters: ["buffer", "u32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
});

const EAGAIN = 11;
const EINTR = 4;
const EIO = 5;
/**
 * What read(2), write(2) and their like never say. Now and then it is there all the same: something of Deno's has
 * called the kernel between ours and errno(). Then the call is made again.
 */
const ENOENT = 2;
const TRIES = 3;
/** include/uapi/linux/fcntl.h */
const F_SETPIPE_SZ = 1031;

/** An open descriptor that closes itself at the end of a `using` block. */
export class Descriptor implements Disposable {
  #open = true;

  constructor(readonly fd: number) {}

  close(): void {
    if (this.#open) libc.close(this.fd);
    this.#open = false;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** open(2), always with O_CLOEXEC. @throws SystemError */
export function openDescriptor(path: string, flags: number, mode = 0): Descriptor {
  return new Descriptor(check(libc.open(cString(path), flags | O_CLOEXEC, mode), "open", path));
}

/**
 * read(2) of what is there now: "empty" when a read would block, 0 bytes at the end. A pty's EIO is the
 * end too: nobody holds its other side any more.
 */
export function readAvailable(fd: number, buffer: Uint8Array<ArrayBuffer>): number | "empty" {
  return available("read", () => libc.read(fd, buffer, BigInt(buffer.byteLength)));
}

/** What such a call has said: see readAvailable(). @throws SystemError */
export function available(name: string, call: () => number | bigint): number | "empty" {
  const count = transferred(call);
  if (count >= 0) return count;
  if (count === -EAGAIN || count === -EINTR) return "empty";
  if (count === -EIO) return 0;
  throw new SystemError(name, -count);
}

/** write(2) of what fits now: how many bytes were taken, 0 when none would fit. @throws SystemError */
export function writeAvailable(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  const count = transferred(() => libc.write(fd, bytes, BigInt(bytes.byteLength)));
  if (count >= 0) return count;
  if (count === -EAGAIN || count === -EINTR) return 0;
  throw new SystemError("write", -count);
}

/** @returns bytes, or a negative errno, as from the kernel itself */
function transferred(call: () => number | bigint): number {
  for (let tries = 1;; tries++) {
    const count = Number(call());
    if (count >= 0) return count;
    const error = errno();
    if (error !== ENOENT || tries === TRIES) return -error;
  }
}

/** As much room in a pipe as asked for, or as it had where the host allows no more (pipe(7)). */
export function widenPipe(fd: number, sizeBytes: number): void {
  libc.fcntl(fd, F_SETPIPE_SZ, sizeBytes);
}

/** mkfifo(3) with exactly these permission bits, whatever the umask. @throws SystemError */
export function makeFifo(path: string, mode: number): void {
  check(libc.mkfifo(cString(path), mode), "mkfifo", path);
  check(libc.chmod(cString(path), mode), "chmod", path);
}
