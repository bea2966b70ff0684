/**
 * The files of a container, for commands that look into it from outside. Those of a running one are where its
 * processes see them; those of another are mounted for the time being, for this process alone, so that nothing of
 * it stays when the process is killed.
 */
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import { mountRootfs, unmountRootfs } from "../../bundle/rootfs.ts";
import { layerDirectory } from "../../image/layer_store.ts";
import { enterPrivateMounts } from "../../linux/private_mounts.ts";
import { RootedDirectory } from "../../linux/rooted_directory.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { readState } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { findRecord } from "../list.ts";
import { lockForChange } from "../locks.ts";
import { observe } from "../observe.ts";
import { isUp } from "../view.ts";

/** Holds the container as it is until it is disposed of: one that is not running can't be started meanwhile. */
export interface ContainerRoot extends Disposable {
  record: ContainerRecord;
  directory: RootedDirectory;
}

/** The root file system without what is mounted in it. @throws NotFoundError, BudgieError */
export async function openContainerRoot(engine: Engine, name: string): Promise<ContainerRoot> {
  const record = findRecord(readState(engine.paths), name);
  const stopped = await holdStopped(engine, record);
  if (stopped) return mountedRoot(engine, record, stopped);
  return { record, ...rooted(mountedDirectory(engine, record), new DisposableStack()) };
}

/**
 * The change lock of a container that is not running; undefined if it is.
 * @throws NotFoundError when it was removed meanwhile
 */
export async function holdStopped(engine: Engine, record: ContainerRecord): Promise<Disposable | undefined> {
  if (isUp(observe(engine.paths, record))) return undefined;
  using undo = new DisposableStack();
  const lock = await lockForChange(engine.paths, record.id);
  if (!lock) throw new NotFoundError("container", record.name);
  undo.use(lock);
  return isUp(observe(engine.paths, record)) ? undefined : undo.move();
}

/** Mounts the root file system. The result takes `lock` over. */
export function mountedRoot(engine: Engine, record: ContainerRecord, lock: Disposable): ContainerRoot {
  using undo = new DisposableStack();
  undo.use(lock);
  undo.use(enterPrivateMounts());
  const { directory, merged } = containerFiles(engine.paths, record.id);
  const lowerDirs = record.image.rootfs.diff_ids.map((diffID) => layerDirectory(engine.paths, diffID));
  mountRootfs(directory, lowerDirs, engine.paths, { temporary: record.options.autoRemove });
  undo.defer(() => unmountRootfs(directory));
  return { record, ...rooted(merged, undo) };
}

/** The directory as a root, and what has to be undone after it. */
export function rooted(path: string, undo: DisposableStack): Pick<ContainerRoot, "directory"> & Disposable {
  const directory = undo.use(new RootedDirectory(path));
  const owned = undo.move();
  return { directory, [Symbol.dispose]: () => owned.dispose() };
}

/** Where a running container's root file system is mounted. @throws BudgieError when it can't be seen from here */
function mountedDirectory(engine: Engine, record: ContainerRecord): string {
  const { directory, merged } = containerFiles(engine.paths, record.id);
  if (Deno.statSync(merged).dev !== Deno.statSync(directory).dev) return merged;
  throw new BudgieError(`Cannot read the files of '${record.name}': they are not mounted here`, {
    hint: "It was started in another mount namespace: run this command there too",
  });
}
