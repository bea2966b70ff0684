/** What has to be held to start a container that may be running. */
import { NotFoundError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { ContainerLocks, lockForChange, lockForPump } from "./locks.ts";
import { observe } from "./observe.ts";
import { isUp } from "./view.ts";

/**
 * Waits for whoever changes the container, or sees it to its end.
 * @returns undefined when it is up
 * @throws NotFoundError when it is gone; the signal's reason
 */
export async function lockForStart(
  paths: StorePaths,
  record: ContainerRecord,
  signal?: AbortSignal,
): Promise<ContainerLocks | undefined> {
  using undo = new DisposableStack();
  const change = await lockForChange(paths, record.id, signal);
  if (!change) throw new NotFoundError("container", record.name);
  undo.use(change);
  if (isUp(observe(paths, record))) return undefined;
  const pump = await lockForPump(paths, record.id, signal);
  if (!pump) throw new NotFoundError("container", record.name);
  undo.move();
  return new ContainerLocks(change, pump);
}
