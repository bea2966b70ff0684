/** Signals to a container's init process, and waiting for its end; never to a process that took over its PID. */
import { openPidfd, signalPidfd } from "../linux/pidfd.ts";
import { Poller, POLLIN } from "../linux/poll.ts";
import { type Descriptor } from "../linux/file.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerFiles, readSmall } from "./container_files.ts";
import { isProcessOf } from "./observe.ts";

/** A pidfd of the init process; undefined when it is not running. */
export function openInit(paths: StorePaths, id: string): Descriptor | undefined {
  const pid = Number(readSmall(containerFiles(paths, id).pid) ?? 0);
  if (!pid) return undefined;
  const pidfd = openPidfd(pid);
  // Looked at after the pidfd was opened: from here on it can be no other process.
  if (pidfd && isProcessOf(pid, id)) return pidfd;
  pidfd?.close();
  return undefined;
}

/** False when the container is not running. */
export function signalInit(paths: StorePaths, id: string, signal: number): boolean {
  using pidfd = openInit(paths, id);
  return pidfd !== undefined && signalPidfd(pidfd, signal);
}

/**
 * Waits for a process to end; false when it has not after `timeoutMs` or when `signal` aborts.
 * @param timeoutMs -1: without end
 */
export async function waitForEnd(
  pidfd: Descriptor,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<boolean> {
  if (options.signal?.aborted) return false;
  using poller = new Poller();
  poller.watch(pidfd.fd, POLLIN);
  const onAbort = () => poller.wake();
  options.signal?.addEventListener("abort", onAbort);
  try {
    return (await poller.wait(options.timeoutMs)).has(pidfd.fd);
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
  }
}
