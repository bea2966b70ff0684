/**
 * File calls relative to an open directory, for trees whose names nobody vouches for: no call here follows a
 * symlink in its last component, and the caller hands over one component at a time.
 *
 * A name is a NUL-terminated buffer, because file names are bytes and not always UTF-8. Descriptors are the
 * kernel's, not Deno's resource ids. Each function throws SystemError.
 */
import { errno, openLibc, SystemError } from "./libc.ts";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
} from "./open_flags.ts";

/** A NUL-terminated file name. */
export type NameBuffer = Uint8Array<ArrayBuffer>;

/** UTC, as timespec: nanoseconds are 0 to 999,999,999, also before 1970. */
export interface FileTime {
  seconds: number;
  nanoseconds: number;
}

const libc = openLibc({
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  symlinkat: { parameters: ["buffer", "i32", "buffer"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "isize" },
  linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  renameat: { parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  fchmodat: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  fchownat: { parameters: ["i32", "buffer", "u32", "u32", "i32"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  syscall: { parameters: ["i64", "i32", "buffer", "u32", "u32"], result: "i64" },
});

/** mknodat(2) by its number: glibc before 2.33 has no such symbol. asm/unistd.h of each architecture. */
const SYS_MKNODAT = Deno.build.arch === "aarch64" ? 33 : 259;

/** PATH_MAX: a link's target is shorter. */
const LONGEST_TARGET = 4096;

/** Opens `name` in `directory`, close-on-exec, never through a symlink. */
export function openAt(directory: number, name: NameBuffer, flags: number, mode = 0): number {
  return checkAt(libc.openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC, mode), "openat", name);
}

/** Opens a directory for reading; ENOTDIR or ELOOP where a symlink lies. */
export function openDirectoryAt(directory: number, name: NameBuffer): number {
  return openAt(directory, name, O_RDONLY | O_DIRECTORY);
}

/**
 * Opens whatever `name` is only to be looked at (O_PATH): no device acts, no FIFO blocks. What is then done with the
 * descriptor is done with this file, whatever takes over its name.
 */
export function openPathAt(directory: number, name: NameBuffer): number {
  return openAt(directory, name, O_PATH);
}

/** As openPathAt(); undefined when there is nothing of that name, or no longer. */
export function openPathIfThere(directory: number, name: NameBuffer): number | undefined {
  try {
    return openPathAt(directory, name);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Opens again, to be read, what openPathAt() opened and is known to be a regular file or a directory. */
export function reopen(file: number, flags: number): number {
  const path = openedPath(file);
  return checkAt(libc.openat(AT_FDCWD, path, flags | O_CLOEXEC, 0), "open", path);
}

/** Reads from `offset` on as much as fits and is there now; 0 at the end. */
export function readAt(file: number, buffer: NameBuffer, offset: number): number {
  const count = libc.pread(file, buffer, BigInt(buffer.length), BigInt(offset));
  return Number(checkAt(count, "pread"));
}

/** Closes a descriptor; what close(2) may report is of no use to anyone here. */
export function closeFile(file: number): void {
  libc.close(file);
}

/** Writes all of `bytes` at `offset`. */
export function writeFullyAt(file: number, bytes: Uint8Array, offset: number): void {
  let position = offset;
  for (let rest = bytes; rest.length > 0;) {
    const written = libc.pwrite(file, rest as NameBuffer, BigInt(rest.length), BigInt(position));
    position += Number(checkAt(written, "pwrite"));
    rest = bytes.subarray(position - offset);
  }
}

/** Sets the size; what is new reads as zeros and takes no room. */
export function truncateFile(file: number, sizeBytes: number): void {
  checkAt(libc.ftruncate(file, BigInt(sizeBytes)), "ftruncate");
}

/** Changes the owner. The kernel drops setuid bits and file capabilities on the way. */
export function chownFile(file: number, uid: number, gid: number): void {
  checkAt(libc.fchown(file, uid, gid), "fchown");
}

/** Sets the permission bits, including setuid, setgid and sticky, whatever the umask. */
export function chmodFile(file: number, mode: number): void {
  checkAt(libc.fchmod(file, mode), "fchmod");
}

/** Sets the access and the modification time to `time`. */
export function setFileTime(file: number, time: FileTime): void {
  checkAt(libc.futimens(file, timespecs(time)), "futimens");
}

/** Makes a directory; the umask has its say about the mode. */
export function makeDirectoryAt(directory: number, name: NameBuffer, mode: number): void {
  checkAt(libc.mkdirat(directory, name, mode), "mkdirat", name);
}

/** Makes `name` a symlink to `target`, which is stored as it is. */
export function symlinkAt(target: NameBuffer, directory: number, name: NameBuffer): void {
  checkAt(libc.symlinkat(target, directory, name), "symlinkat", name);
}

/** What a symlink holds, without a NUL; undefined if `name` is no symlink. */
export function readLinkAt(directory: number, name: NameBuffer): Uint8Array | undefined {
  const target = new Uint8Array(LONGEST_TARGET);
  const length = libc.readlinkat(directory, name, target, BigInt(target.length));
  if (Number(length) === -1 && errno() === EINVAL) return undefined;
  return target.subarray(0, Number(checkAt(length, "readlinkat", name)));
}

/** What a symlink that is open with O_PATH holds. */
export function readLinkOf(file: number): Uint8Array {
  const target = new Uint8Array(LONGEST_TARGET);
  const length = libc.readlinkat(file, new Uint8Array(1), target, BigInt(target.length));
  return target.subarray(0, Number(checkAt(length, "readlinkat")));
}

/** Gives a file a second name; a symlink is linked itself, not followed. */
export function linkAt(fromDirectory: number, from: NameBuffer, directory: number, name: NameBuffer): void {
  checkAt(libc.linkat(fromDirectory, from, directory, name, 0), "linkat", name);
}

/** Makes a device, a FIFO or a socket; `mode` holds the type (S_IFCHR, …), `device` is (major, minor). */
export function makeNodeAt(
  directory: number,
  name: NameBuffer,
  mode: number,
  { major, minor }: { major: number; minor: number },
): void {
  // include/linux/kdev_t.h, new_encode_dev()
  const device = ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
  checkAt(libc.syscall(BigInt(SYS_MKNODAT), directory, name, mode, device), "mknodat", name);
}

/** Removes anything but a directory. */
export function unlinkAt(directory: number, name: NameBuffer): void {
  checkAt(libc.unlinkat(directory, name, 0), "unlinkat", name);
}

/** Renames, replacing what `name` was. */
export function renameAt(fromDirectory: number, from: NameBuffer, directory: number, name: NameBuffer): void {
  checkAt(libc.renameat(fromDirectory, from, directory, name), "renameat", from);
}

/** Permission bits of what must not be opened (a device). A symlink has none: EOPNOTSUPP. */
export function chmodAt(directory: number, name: NameBuffer, mode: number): void {
  // fchmodat(2) would follow a symlink that took over the name.
  const file = openPathAt(directory, name);
  try {
    checkAt(libc.fchmodat(AT_FDCWD, openedPath(file), mode, 0), "fchmodat", name);
  } finally {
    closeFile(file);
  }
}

/** Owner of what cannot be opened (a symlink, a device). */
export function chownAt(directory: number, name: NameBuffer, uid: number, gid: number): void {
  checkAt(libc.fchownat(directory, name, uid, gid, AT_SYMLINK_NOFOLLOW), "fchownat", name);
}

/** Access and modification time of what cannot be opened (a symlink, a device). */
export function setTimeAt(directory: number, name: NameBuffer, time: FileTime): void {
  checkAt(libc.utimensat(directory, name, timespecs(time), AT_SYMLINK_NOFOLLOW), "utimensat", name);
}

/** The path of an open file, whatever became of its name: calls that take no descriptor of O_PATH take this. */
export function openedPath(file: number): NameBuffer {
  return new TextEncoder().encode(`/proc/self/fd/${file}\0`);
}

const EINVAL = 22;

/** Whether a call failed for one of these reasons: `isErrno(error, "ENOENT", "ENOTDIR")`. */
export function isErrno(error: unknown, ...codes: string[]): error is SystemError {
  return error instanceof SystemError && codes.includes(error.code);
}

/** Like check() of libc.ts, but turns the name into text only when there is an error to tell. */
export function checkAt<Result extends number | bigint>(
  result: Result,
  call: string,
  name?: NameBuffer,
): Result {
  if (result !== -1 && result !== -1n) return result;
  const number = errno();
  throw new SystemError(call, number, name && new TextDecoder().decode(name.subarray(0, -1)));
}

// struct timespec twice (time_t and long are 64 bits on both architectures): access, then modification time.
function timespecs({ seconds, nanoseconds }: FileTime): BigInt64Array<ArrayBuffer> {
  const [sec, nsec] = [BigInt(seconds), BigInt(nanoseconds)];
  return BigInt64Array.of(sec, nsec, sec, nsec);
}
