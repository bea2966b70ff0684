/** `attach`: our terminal and pipes for a container that runs already. */
import { BudgieError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { tryLock, waitForLock } from "../store/lock.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { type ForegroundOptions, inForeground } from "./stream/foreground.ts";
import { findContainer } from "./list.ts";
import { lockForPump } from "./locks.ts";
import { Pump } from "./stream/pump.ts";
import { settleOwned } from "./settle.ts";
import { shimPid } from "./shim_process.ts";
import { exitCodeOf } from "./start_foreground.ts";
import { OutputClosedError, requireTerminal } from "./stream/terminal_streams.ts";

/** The daemon gives the streams up as soon as it sees that they are wanted. */
const HANDOVER_MS = 5_000;

/**
 * Takes the container's streams until it ends or we leave it; then the daemon has them again.
 * @returns its exit code, 128 + n after signal n; 0 when it was left by the detach keys
 * @throws BudgieError when it does not run, or another command has its streams
 */
export async function attachToContainer(
  engine: Engine,
  name: string,
  options: ForegroundOptions & { supervise: () => void },
): Promise<number> {
  const { record, status } = findContainer(engine, name);
  if (status !== "running") throw notAttachable(record, status);
  const stdin = options.stdin && record.options.stdinOpen;
  requireTerminal({ tty: record.options.tty, stdin });
  using _claim = await claimStreams(engine.paths, record);
  const files = containerFiles(engine.paths, record.id);
  try {
    const left = await inForeground(engine, record, { ...options, stdin }, async (pumpOptions) => {
      const pump = new Pump(files, pumpOptions.loop, { ...pumpOptions, container: record.options });
      await pump.adopt(shimPid(files.shimPid, record.id));
      return pump;
    });
    if (left) return exitCodeOf(left);
    return (await settleOwned(engine, record)).exitCode;
  } catch (error) {
    if (error instanceof OutputClosedError) return exitCodeOf("SIGPIPE");
    throw error;
  } finally {
    options.supervise();
  }
}

/** The pump lock, which whoever has it without a terminal gives up while `<attach>/<id>` is locked. */
async function claimStreams(paths: StorePaths, record: ContainerRecord): Promise<Disposable> {
  using undo = new DisposableStack();
  const inTime = AbortSignal.timeout(HANDOVER_MS);
  const taken = () => {
    throw new BudgieError(`Cannot attach to '${record.name}': another command has its streams`, {
      hint:
        `End that one, or leave it with its detach keys; 'budgie logs -f ${record.name}' shows the output`,
    });
  };
  const claim = tryLock(attachFile(paths, record.id)) ??
    await waitForLock(attachFile(paths, record.id), { signal: AbortSignal.timeout(500) }).catch(taken);
  undo.use(claim);
  const pumpLock = await lockForPump(paths, record.id, inTime).catch((error) => {
    throw inTime.aborted ? taken() : error;
  });
  if (!pumpLock) throw notAttachable(record, "removed");
  undo.use(pumpLock);
  return undo.move();
}

/** What is locked by a command that wants the container's streams; the daemon removes it when it is free again. */
export function attachFile(paths: StorePaths, id: string): string {
  return `${paths.attach}/${id}`;
}

function notAttachable(record: ContainerRecord, status: string): BudgieError {
  const hint = status === "paused"
    ? `Let it go on with 'budgie unpause ${record.name}'`
    : `Start it with 'budgie start -a ${record.name}'`;
  return new BudgieError(`Cannot attach to '${record.name}': it is ${status}`, { hint });
}
