/** Creating containers and running them: in the foreground, or left to the daemon. */
import { type HostFacts, hostFacts } from "../bundle/host_facts.ts";
import type { ContainerOptions, ContainerRecord } from "../store/container.ts";
import { startByUser } from "./by_user.ts";
import { createContainer, type CreateContext } from "./create.ts";
import type { Engine } from "./engine.ts";
import type { ForegroundOptions } from "./stream/foreground.ts";
import { launch } from "./launch.ts";
import type { ContainerLocks } from "./locks.ts";
import { startInForeground } from "./start_foreground.ts";
import { requireTerminal } from "./stream/terminal_streams.ts";

export interface RunContext extends Omit<CreateContext, "host"> {
  /** the container has a name and a record, and does not run yet */
  onCreated?: (record: ContainerRecord) => void;
  /** is called as soon as somebody has to look after the container when we are gone */
  supervise: () => void;
}

/**
 * Creates and starts a container and waits for its end.
 *
 * @returns the container's exit code, 128 + n after signal n; 0 when it was left by the detach keys
 * @throws StartError with docker's 125, 126 or 127 when its process could not be started
 */
export async function runContainer(
  engine: Engine,
  options: ContainerOptions,
  context: RunContext & ForegroundOptions,
): Promise<number> {
  requireTerminal({ tty: options.tty, stdin: context.stdin });
  const { record, locks, host } = await createToRun(engine, options, context);
  using _locks = locks;
  return await startByUser(
    engine,
    record,
    () => startInForeground(engine, record, locks, { ...context, host }),
  );
}

/**
 * Creates and starts a container, and leaves it to the daemon once its process is there.
 * @throws StartError with docker's 125, 126 or 127 when its process could not be started
 */
export async function runDetached(
  engine: Engine,
  options: ContainerOptions,
  context: RunContext,
): Promise<ContainerRecord> {
  const { record, locks, host } = await createToRun(engine, options, context);
  using _locks = locks;
  context.supervise();
  await startByUser(engine, record, () => launch(engine, record, { ...context, host }));
  return record;
}

async function createToRun(
  engine: Engine,
  options: ContainerOptions,
  context: RunContext,
): Promise<{ record: ContainerRecord; locks: ContainerLocks; host: HostFacts }> {
  const host = hostFacts();
  using undo = new DisposableStack();
  const created = await createContainer(engine, options, { ...context, host, desired: "running" });
  undo.use(created.locks);
  context.onCreated?.(created.record);
  context.signal?.throwIfAborted();
  undo.move();
  return { ...created, host };
}
