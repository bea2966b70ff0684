/** Reaching what a shim opens, as soon as it has. */
import { BudgieError } from "../../base/errors.ts";
import { sleep } from "../../base/sleep.ts";
import { type Descriptor, openDescriptor } from "../../linux/file.ts";
import { SystemError } from "../../linux/libc.ts";
import { O_NONBLOCK, O_WRONLY } from "../../linux/open_flags.ts";
import { openPidfd, takeDescriptor } from "../../linux/pidfd.ts";
import { SHIM_PTY_FD } from "../../runtime/shim.ts";
import { readSmall } from "../container_files.ts";

/** The shim is not there any more: waiting for it would have no end. */
export class ShimGoneError extends BudgieError {
  override name = "ShimGoneError";

  constructor(cause?: unknown) {
    super("Cannot start the container: its parent, a /bin/sh, ended at once", {
      hint: "Can this host start more processes?",
      cause,
    });
  }
}

/** A duplicate of the pty's master, which the shim opens as its first step. @throws ShimGoneError */
export async function takeMaster(shimPid: number): Promise<Descriptor> {
  using pidfd = openPidfd(shimPid);
  if (!pidfd) throw new ShimGoneError();
  return await retrying("EBADF", shimPid, () => takeDescriptor(pidfd, SHIM_PTY_FD));
}

/** A FIFO for writing, once the shim has opened its other side. @throws ShimGoneError */
export function openWhenRead(path: string, shimPid: number): Promise<Descriptor> {
  return retrying("ENXIO", shimPid, () => openDescriptor(path, O_WRONLY | O_NONBLOCK));
}

/** Tries again each millisecond while the shim lives and the call fails with `code`: the shim is not there yet. */
async function retrying<Result>(code: string, shimPid: number, attempt: () => Result): Promise<Result> {
  while (true) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof SystemError) || (error.code !== code && error.code !== "ESRCH")) throw error;
      if (hasEnded(shimPid)) throw new ShimGoneError(error);
    }
    await sleep(1);
  }
}

/** Also one that nobody has waited for yet (proc(5), /proc/pid/stat). */
function hasEnded(pid: number): boolean {
  return /\) [ZX] /.test(readSmall(`/proc/${pid}/stat`) ?? ") X ");
}
