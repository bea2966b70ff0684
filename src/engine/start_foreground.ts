/** Starting a container with our terminal and our pipes, and waiting for its end. */
import { BudgieError } from "../base/errors.ts";
import { parseSignal } from "../base/signals.ts";
import type { HostFacts } from "../bundle/host_facts.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { Engine } from "./engine.ts";
import { type ForegroundOptions, inForeground, type Left } from "./stream/foreground.ts";
import type { ContainerLocks } from "./locks.ts";
import { settleOwned } from "./settle.ts";
import { startContainer } from "./start.ts";
import { StartError } from "./start_error.ts";
import { OutputClosedError } from "./stream/terminal_streams.ts";

export interface StartForegroundOptions extends ForegroundOptions {
  host: HostFacts;
  /** is called as soon as somebody has to look after the container when we are gone */
  supervise: () => void;
}

/**
 * Holds the lock for change until the container's process is there, so that a `stop` or `rm` finds it.
 * @returns the container's exit code, 128 + n after signal n; 0 when it was left by the detach keys
 * @throws StartError with docker's 125, 126 or 127 when its process could not be started
 */
export async function startInForeground(
  engine: Engine,
  record: ContainerRecord,
  locks: ContainerLocks,
  options: StartForegroundOptions,
): Promise<number> {
  if (record.endpoints.length > 0) options.supervise(); // it answers for the names of its networks
  const onStarted = () => locks.change[Symbol.dispose]();
  let left: Left | undefined;
  try {
    left = await inForeground(
      engine,
      record,
      options,
      (pumpOptions) => startContainer(engine, record, { ...pumpOptions, host: options.host, onStarted }),
    );
  } catch (error) {
    if (error instanceof OutputClosedError) {
      options.supervise();
      return leaveRunning(record, error);
    }
    await settleOwned(engine, record); // with --rm, nothing of a failed start stays
    throw error;
  }
  if (left) {
    options.supervise();
    return exitCodeOf(left);
  }
  const ended = await settleOwned(engine, record);
  if (record.options.restartPolicy.name !== "no") options.supervise();
  if (ended.status === "created") throw new StartError(record, ended);
  return ended.exitCode;
}

/** Of a command that left its container running. */
export function exitCodeOf(left: Left): number {
  return left === "detached" ? 0 : 128 + parseSignal(left);
}

function leaveRunning(record: ContainerRecord, cause: OutputClosedError): never {
  throw new BudgieError(`Cannot show more of '${record.name}': ${cause.message}`, {
    cause,
    hint: `The container goes on: see 'budgie logs ${record.name}', end it with 'budgie stop ${record.name}'`,
    exitCode: 128 + parseSignal("PIPE"),
  });
}
