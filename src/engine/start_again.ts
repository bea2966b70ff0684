/** `start`: running a container that was created before, or has ended. */
import { NotFoundError } from "../base/errors.ts";
import { hostFacts } from "../bundle/host_facts.ts";
import type { ContainerRecord } from "../store/container.ts";
import { readState, transaction } from "../store/state.ts";
import { startByUser } from "./by_user.ts";
import type { Engine } from "./engine.ts";
import type { ForegroundOptions } from "./stream/foreground.ts";
import { launch } from "./launch.ts";
import { findRecord } from "./list.ts";
import { lockForStart } from "./start_locks.ts";
import { startInForeground } from "./start_foreground.ts";
import { requireTerminal } from "./stream/terminal_streams.ts";

export interface StartContext {
  onWarning?: (message: string) => void;
  /** is called as soon as somebody has to look after the container when we are gone */
  supervise: () => void;
  signal?: AbortSignal;
}

/**
 * Starts a container and leaves it to the daemon once its process is there; one that runs is left as it is.
 * @throws StartError with docker's 125, 126 or 127 when its process could not be started
 */
export async function startDetached(engine: Engine, name: string, context: StartContext): Promise<void> {
  const record = findRecord(readState(engine.paths), name);
  using locks = await lockForStart(engine.paths, record, context.signal);
  const wanted = wantRunning(engine, record);
  context.supervise();
  if (!locks) return;
  await startByUser(engine, wanted, () => launch(engine, wanted, { ...context, host: hostFacts() }));
}

/**
 * Starts a container with our terminal and pipes, and waits for its end.
 * @returns as startInForeground(); undefined when it runs already
 */
export async function startAttached(
  engine: Engine,
  name: string,
  context: StartContext & ForegroundOptions,
): Promise<number | undefined> {
  const record = findRecord(readState(engine.paths), name);
  requireTerminal({ tty: record.options.tty, stdin: context.stdin });
  using locks = await lockForStart(engine.paths, record, context.signal);
  const wanted = wantRunning(engine, record);
  if (!locks) return undefined;
  return await startByUser(
    engine,
    wanted,
    () => startInForeground(engine, wanted, locks, { ...context, host: hostFacts() }),
  );
}

/** Notes that a user wants it to run, as its policy from now on says. @throws NotFoundError when it is gone */
export function wantRunning(engine: Engine, { id, name }: ContainerRecord): ContainerRecord {
  return transaction(engine.paths, (state) => {
    const record = state.containers[id];
    if (!record) throw new NotFoundError("container", name);
    record.desired = "running";
    record.starts++;
    return record;
  });
}
