/** Stopping all processes of a container for a while (kernel: freezer-subsystem.rst, cgroup-v2.rst). */
import { BudgieError } from "../../base/errors.ts";
import { sleep } from "../../base/sleep.ts";
import { cgroupFolder, cgroupVersion, isFrozen } from "./cgroup.ts";
import { readSmall } from "../container_files.ts";

/** A process in the middle of a read from a slow disk stops when that is done. */
const FREEZE_LIMIT_MS = 10_000;
const CHECK_MS = 5;

/**
 * Stops the processes of the cgroup that `pid` is in, until it is disposed of; those that are stopped already stay so
 * afterwards. undefined when the process has ended.
 * @throws BudgieError when they do not stop in time, or this host has no freezer
 */
export async function freeze(
  pid: number,
  options: { signal?: AbortSignal } = {},
): Promise<Disposable | undefined> {
  if (isFrozen(pid)) return { [Symbol.dispose]: () => {} };
  if (!setFrozen(pid, true)) return undefined;
  using undo = new DisposableStack();
  undo.defer(() => setFrozen(pid, false));
  for (const end = Date.now() + FREEZE_LIMIT_MS; !hasStopped(pid); await sleep(CHECK_MS, options.signal)) {
    if (Date.now() > end) throw new BudgieError("Cannot pause the container: its processes do not stop");
    if (cgroupVersion() === 1) setFrozen(pid, true); // one that forked meanwhile got away
  }
  return undo.move();
}

/** Asks the kernel to stop or to go on. @returns false when the process has ended */
export function setFrozen(pid: number, frozen: boolean): boolean {
  const folder = cgroupFolder(pid, "freezer");
  if (!folder) return false;
  const [file, text] = cgroupVersion() === 2
    ? ["cgroup.freeze", frozen ? "1" : "0"]
    : ["freezer.state", frozen ? "FROZEN" : "THAWED"];
  try {
    Deno.writeTextFileSync(`${folder}/${file}`, text, { create: false });
    return true;
  } catch (error) {
    if (readSmall(`/proc/${pid}/cgroup`) === undefined) return false;
    throw new BudgieError(`Cannot pause the container: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether the last process has stopped, too; one that has ended counts as stopped. */
function hasStopped(pid: number): boolean {
  const folder = cgroupFolder(pid, "freezer");
  if (!folder) return true;
  return cgroupVersion() === 2
    ? /^frozen 1$/m.test(readSmall(`${folder}/cgroup.events`) ?? "frozen 1")
    : (readSmall(`${folder}/freezer.state`) ?? "FROZEN") === "FROZEN";
}
