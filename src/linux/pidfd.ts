/**
 * Processes by descriptor: a PID may be given to another process between a look and a kill(2), a pidfd
 * always means the one it was opened for (pidfd_open(2), Linux 5.3; pidfd_getfd(2), Linux 5.6).
 */
import { errno, openLibc, SystemError } from "./libc.ts";
import { Descriptor } from "./file.ts";

/** asm-generic/unistd.h, and the same in arch/x86/entry/syscalls/syscall_64.tbl. */
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
const ESRCH = 3;

const libc = openLibc({
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i64" },
});

/** undefined when there is no such process. It becomes readable for poll(2) when the process ends. */
export function openPidfd(pid: number): Descriptor | undefined {
  const fd = Number(libc.syscall(BigInt(SYS_PIDFD_OPEN), BigInt(pid), 0n, 0n, 0n));
  if (fd >= 0) return new Descriptor(fd);
  const error = errno();
  if (error === ESRCH) return undefined;
  throw new SystemError("pidfd_open", error, String(pid));
}

/** Sends a signal by number; false when the process has ended. */
export function signalPidfd(pidfd: Descriptor, signal: number): boolean {
  if (libc.syscall(BigInt(SYS_PIDFD_SEND_SIGNAL), BigInt(pidfd.fd), BigInt(signal), 0n, 0n) === 0n) {
    return true;
  }
  const error = errno();
  if (error === ESRCH) return false;
  throw new SystemError("pidfd_send_signal", error);
}

/** A duplicate of descriptor `fd` of another process. @throws SystemError, EBADF when it has none such */
export function takeDescriptor(pidfd: Descriptor, fd: number): Descriptor {
  const own = Number(libc.syscall(BigInt(SYS_PIDFD_GETFD), BigInt(pidfd.fd), BigInt(fd), 0n, 0n));
  if (own < 0) throw new SystemError("pidfd_getfd", errno());
  return new Descriptor(own);
}
