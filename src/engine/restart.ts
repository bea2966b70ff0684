/** `restart`: ending a container and starting it again, with nobody in between. */
import { NotFoundError } from "../base/errors.ts";
import { hostFacts } from "../bundle/host_facts.ts";
import { recordContainerEvent } from "../store/events.ts";
import { readState } from "../store/state.ts";
import { startByUser } from "./by_user.ts";
import type { Engine } from "./engine.ts";
import { launch } from "./launch.ts";
import { findRecord } from "./list.ts";
import { lockForChange, lockForPump } from "./locks.ts";
import { observe } from "./observe.ts";
import { type StartContext, wantRunning } from "./start_again.ts";
import { endContainer, type StopOptions } from "./stop.ts";
import { isUp } from "./view.ts";

/**
 * Stops the container if it runs, and starts it; the daemon looks after it from there on.
 * @throws StartError when it could not be started again
 */
export async function restartContainer(
  engine: Engine,
  name: string,
  { signal, ...context }: StartContext & StopOptions,
): Promise<void> {
  const record = findRecord(readState(engine.paths), name);
  using _changeLock = await lockForChange(engine.paths, record.id, signal);
  if (isUp(observe(engine.paths, record))) await endContainer(engine, record, { ...context, signal });
  signal?.throwIfAborted();
  using pumpLock = await lockForPump(engine.paths, record.id, signal); // whoever pumped it sees it to its end
  if (!pumpLock) throw new NotFoundError("container", name);
  const wanted = wantRunning(engine, record);
  context.supervise();
  await startByUser(engine, wanted, () => launch(engine, wanted, { ...context, host: hostFacts() }));
  recordContainerEvent(engine.paths, record, "restart");
}
