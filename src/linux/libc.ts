/** The one door to the C library: typed calls, and errno as an error with a name and a path. */

/** A call into the kernel failed. `code` is the errno's name, as ENOENT. */
export class SystemError extends Error {
  override name = "SystemError";

  constructor(readonly call: string, readonly errno: number, readonly subject?: string) {
    const code = ERRNO_NAMES[errno] ?? `errno ${errno}`;
    super(`${call}${subject === undefined ? "" : ` '${subject}'`}: ${describeErrno(errno)} (${code})`);
    this.code = code;
  }

  readonly code: string;
}

/** Functions of libc. Each costs about 0.1 ms at the import of the file that names it: name what is used. */
export function openLibc<const Symbols extends Deno.ForeignLibraryInterface>(symbols: Symbols) {
  return Deno.dlopen("libc.so.6", symbols).symbols;
}

const libc = openLibc({
  __errno_location: { parameters: [], result: "pointer" },
  strerror: { parameters: ["i32"], result: "pointer" },
});

/** errno of this thread. Right after a synchronous call only: a nonblocking one ran on another thread. */
export function errno(): number {
  return new Deno.UnsafePointerView(libc.__errno_location()!).getInt32();
}

/** Passes a result on, or throws errno when it is -1. `subject` is what it was about: a path. */
export function check<Result extends number | bigint>(
  result: Result,
  call: string,
  subject?: string,
): Result {
  if (result === -1 || result === -1n) throw new SystemError(call, errno(), subject);
  return result;
}

/** A NUL-terminated C string. @throws TypeError if `text` holds a NUL, which would cut it short */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw new TypeError(`a NUL character in ${JSON.stringify(text)}`);
  return new TextEncoder().encode(`${text}\0`);
}

function describeErrno(number: number): string {
  const pointer = libc.strerror(number);
  return pointer === null ? "unknown error" : new Deno.UnsafePointerView(pointer).getCString();
}

/** asm-generic/errno-base.h and errno.h: the same on x86_64 and aarch64. */
const ERRNO_NAMES: Record<number, string> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  18: "EXDEV",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  25: "ENOTTY",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  29: "ESPIPE",
  30: "EROFS",
  31: "EMLINK",
  32: "EPIPE",
  34: "ERANGE",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  39: "ENOTEMPTY",
  40: "ELOOP",
  61: "ENODATA",
  75: "EOVERFLOW",
  93: "EPROTONOSUPPORT",
  95: "EOPNOTSUPP",
  97: "EAFNOSUPPORT",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  100: "ENETDOWN",
  101: "ENETUNREACH",
  105: "ENOBUFS",
  113: "EHOSTUNREACH",
  122: "EDQUOT",
};
