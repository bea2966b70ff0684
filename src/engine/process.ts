/** Signals to a container's init process, and waiting for its end; never to a process that took over its PID. */
import { basename } from "node:path/posix";
import { openPidfd, signalPidfd } from "../linux/pidfd.ts";
import { Poller, POLLIN } from "../linux/poll.ts";
import { type Descriptor } from "../linux/file.ts";
import { processStartMs, uptimeMs } from "../linux/process_age.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerFiles, readPid, readSmall } from "./container_files.ts";
import { isProcessOf } from "./observe.ts";

/** A pidfd of the init process; undefined when it is not running. */
export function openInit(paths: StorePaths, id: string): Descriptor | undefined {
  const pid = readPid(containerFiles(paths, id).pid);
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

/** By then a runtime's process has become the container's. */
const STARTED_AFTER_MS = 10_000;
/** By then a process has said what it does at which signal, or never will. */
const SETTLED_AFTER_MS = 2_000;

/**
 * What becomes of a signal to a container's init process now: it is still the runtime's, or it has just become the
 * container's, and as yet would lose the signal.
 */
export function hearing(
  paths: StorePaths,
  { id, runtime }: ContainerRecord,
  signal: number,
): "runtime's" | "deaf" | "hears" {
  const pid = readPid(containerFiles(paths, id).pid);
  const status = pid ? readSmall(`/proc/${pid}/status`) ?? "" : "";
  const age = uptimeMs() - (processStartMs(pid) ?? 0);
  if (age < STARTED_AFTER_MS && isRuntimes(status, runtime)) return "runtime's";
  return age < SETTLED_AFTER_MS && wouldLose(status, signal) ? "deaf" : "hears";
}

/** Until it becomes the container's, crun's process is named as crun is, and runc's `runc:[2:INIT]`. */
export function isRuntimes(status: string, runtime: string): boolean {
  const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? "";
  return name.startsWith("runc:[") || name === basename(runtime);
}

/**
 * PID 1 of a namespace loses signals that have a default action (pid_namespaces(7)).
 * @param status of a process (proc_pid_status(5))
 */
export function wouldLose(status: string, signal: number): boolean {
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(status)?.[1];
  const isFirst = /\s1$/.test(field("NSpid") ?? "");
  const isKnown = ["SigBlk", "SigIgn", "SigCgt"].some((name) =>
    (BigInt(`0x${field(name) ?? 0}`) >> BigInt(signal - 1)) & 1n
  );
  return isFirst && !isKnown;
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
