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
});

const EAGAIN = 11;
const EINTR = 4;
const EIO = 5;

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
  const count = Number(libc.read(fd, buffer, BigInt(buffer.byteLength)));
  if (count >= 0) return count;
  const error = errno();
  if (error === EAGAIN || error === EINTR) return "empty";
  if (error === EIO) return 0;
  throw new SystemError("read", error);
}

/** write(2) of what fits now: how many bytes were taken, 0 when none would fit. @throws SystemError */
export function writeAvailable(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  const count = Number(libc.write(fd, bytes, BigInt(bytes.byteLength)));
  if (count >= 0) return count;
  const error = errno();
  if (error === EAGAIN || error === EINTR) return 0;
  throw new SystemError("write", error);
}

/** mkfifo(3) with exactly these permission bits, whatever the umask. @throws SystemError */
export function makeFifo(path: string, mode: number): void {
  check(libc.mkfifo(cString(path), mode), "mkfifo", path);
  check(libc.chmod(cString(path), mode), "chmod", path);
}
