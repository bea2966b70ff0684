/** Moving bytes between pipes inside the kernel, where a SIGKILL of the caller can't lose them (splice(2), tee(2)). */
import { available, Descriptor } from "./file.ts";
import { check, openLibc } from "./libc.ts";
import { O_CLOEXEC, O_NONBLOCK } from "./open_flags.ts";

const libc = openLibc({
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  splice: { parameters: ["i32", "pointer", "i32", "pointer", "usize", "u32"], result: "isize" },
  tee: { parameters: ["i32", "i32", "usize", "u32"], result: "isize" },
});

const SPLICE_F_NONBLOCK = 2;

/** An anonymous pipe, neither end of which blocks. */
export interface Pipe extends Disposable {
  readable: Descriptor;
  writable: Descriptor;
}

export function openPipe(): Pipe {
  const fds = new Int32Array(2);
  check(libc.pipe2(new Uint8Array(fds.buffer), O_CLOEXEC | O_NONBLOCK), "pipe2");
  const [readable, writable] = [new Descriptor(fds[0]), new Descriptor(fds[1])];
  return {
    readable,
    writable,
    [Symbol.dispose]() {
      readable.close();
      writable.close();
    },
  };
}

/**
 * Moves what is there now from a pipe or a pty's master to the end of a pipe, in one step: it is always in the one or
 * in the other. @returns as readAvailable(); "empty" also when the target is full
 */
export function moveAvailable(source: number, target: number, maxBytes: number): number | "empty" {
  return available(
    "splice",
    () => libc.splice(source, null, target, null, BigInt(maxBytes), SPLICE_F_NONBLOCK),
  );
}

/** Copies what a pipe holds to the end of another one, and leaves it where it is. @returns as readAvailable() */
export function copyAvailable(source: number, target: number, maxBytes: number): number | "empty" {
  return available("tee", () => libc.tee(source, target, BigInt(maxBytes), SPLICE_F_NONBLOCK));
}
