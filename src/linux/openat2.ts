/**
 * openat2(2): opening a path that another person chose, without leaving a directory. The kernel resolves `..`,
 * absolute paths and symlinks as if that directory were the root, so no check of ours can be raced or forgotten.
 */
import { check, cString, errno, openLibc } from "./libc.ts";

/** `..`, absolute paths and absolute symlinks stay below the directory, as after chroot(2). */
export const RESOLVE_IN_ROOT = 0x10;
/** /proc/…/fd/… and its like are not followed: ELOOP. */
export const RESOLVE_NO_MAGICLINKS = 0x02;

/** The call's number, the same on x86_64 and aarch64 (asm-generic/unistd.h); glibc has no wrapper for it. */
const SYS_OPENAT2 = 437n;
/** The kernel could not be sure about a `..` because something was renamed or mounted meanwhile, anywhere. */
const EAGAIN = 11;
const ATTEMPTS = 1000;
/** sizeof(struct open_how): flags, mode and resolve, eight bytes each. */
const OPEN_HOW_BYTES = 24n;

const libc = openLibc({
  syscall: { parameters: ["i64", "i64", "buffer", "buffer", "i64"], result: "i64" },
});

/** What to open a path with. */
export interface OpenHow {
  /** O_… of open_flags.ts */
  flags: number;
  /** permission bits, only with O_CREAT */
  mode?: number;
  /** RESOLVE_… */
  resolve: number;
}

/**
 * A descriptor of `path`, resolved below the directory `dirFd`. The caller closes it.
 * @throws SystemError; ENOSYS on Linux before 5.6
 */
export function openat2(dirFd: number, path: string, how: OpenHow): number {
  const name = cString(path);
  const openHow = new BigUint64Array([BigInt(how.flags), BigInt(how.mode ?? 0), BigInt(how.resolve)]);
  let fd: bigint;
  let attempt = 0;
  do {
    fd = libc.syscall(SYS_OPENAT2, BigInt(dirFd), name, openHow, OPEN_HOW_BYTES);
  } while (fd === -1n && errno() === EAGAIN && ++attempt < ATTEMPTS);
  return Number(check(fd, "openat2", path));
}
