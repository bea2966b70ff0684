/** The user's own terminal and pipes, as the two ends of a foreground container. */
import { Poller, POLLOUT } from "../linux/poll.ts";
import { isTerminal, rawMode, type WindowSize, windowSize as sizeOf } from "../linux/terminal.ts";
import { UsageError } from "../base/errors.ts";
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
  const [target, fd] = stream === "stdout" ? [Deno.stdout, STDOUT_FD] : [Deno.stderr, STDERR_FD];
  for (let written = 0; written < bytes.length;) {
    try {
      written += await target.write(bytes.subarray(written));
    } catch (cause) {
      if (cause instanceof Deno.errors.WouldBlock) await untilWritable(fd);
      else throw new OutputClosedError(whyClosed(cause), { cause });
    }
  }
};

/** Who shares the stream with us may have made it non-blocking. */
async function untilWritable(fd: number): Promise<void> {
  using poller = new Poller();
  poller.watch(fd, POLLOUT);
  await poller.wait();
}

function whyClosed(cause: unknown): string {
  if (cause instanceof Deno.errors.BrokenPipe) return "standard output was closed";
  return `standard output can't be written (${(cause as Error).message})`;
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
