/** The user's own terminal and pipes, as the two ends of a foreground container. */
import { Poller, POLLOUT } from "../../linux/poll.ts";
import { writeAvailable } from "../../linux/file.ts";
import {
  isNonBlocking,
  isTerminal,
  rawMode,
  type WindowSize,
  windowSize as sizeOf,
} from "../../linux/terminal.ts";
import { UsageError } from "../../base/errors.ts";
import type { Listener } from "./output.ts";

export const STDIN_FD = 0;
const STDOUT_FD = 1;
const STDERR_FD = 2;

/** Nothing more can be written to our standard output or error; the message says why. */
export class OutputClosedError extends Error {
  override name = "OutputClosedError";
}

/** Passes output on to our own standard output and error. @throws OutputClosedError from the listener */
export const toOwnStreams: Listener = async (stream, bytes) => {
  try {
    if (stream === "stdout") await writeAll(Deno.stdout, STDOUT_FD, bytes);
    else await writeAll(Deno.stderr, STDERR_FD, bytes);
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    const reason = code === "EPIPE" ? "was closed" : `can't be written (${message})`;
    throw new OutputClosedError(`standard ${stream === "stdout" ? "output" : "error"} ${reason}`, { cause });
  }
};

async function writeAll(file: typeof Deno.stdout, fd: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    // Of a write that would block, Deno does not say how much it has written before.
    const count = isNonBlocking(fd) ? writeAvailable(fd, rest) : await file.write(rest);
    if (count === 0) await untilWritable(fd);
    rest = rest.subarray(count);
  }
}

async function untilWritable(fd: number): Promise<void> {
  using poller = new Poller();
  poller.watch(fd, POLLOUT);
  await poller.wait();
}

/** @throws UsageError when input is wanted from a terminal and there is none (docker's check) */
export function requireTerminal(options: { tty: boolean; stdin: boolean }): void {
  if (options.tty && options.stdin && !isTerminal(STDIN_FD)) {
    throw new UsageError("Cannot use -t: the input device is not a TTY", {
      hint: "Leave out -t, as in a script",
    });
  }
}

/** Raw mode for as long as a container has the terminal; nothing to do where there is none. */
export function lendTerminal(): Disposable {
  return isTerminal(STDIN_FD) ? rawMode(STDIN_FD) : { [Symbol.dispose]() {} };
}

/** The size of the terminal that output goes to, or that input comes from; undefined without one. */
export function windowSize(): WindowSize | undefined {
  const fd = [STDOUT_FD, STDIN_FD].find(isTerminal);
  return fd === undefined ? undefined : sizeOf(fd);
}
