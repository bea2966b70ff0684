/**
 * Cleaning up what killed commands left: folders without a record, mounts of containers that have ended,
 * containers of `--rm` whose command died before it could remove them.
 */
import type { StorePaths } from "../store/paths.ts";
import { sweepRemoved } from "../store/remove_folder.ts";
import { readState, transaction } from "../store/state.ts";
import type { Engine } from "./engine.ts";
import { tryLockForPump } from "./locks.ts";
import { observe } from "./observe.ts";

/** Cheap when there is nothing to do: two folders and one /proc file are read. */
export async function recover(engine: Engine): Promise<void> {
  const { paths } = engine;
  sweepRemoved(paths);
  await removeOrphanFolders(paths);
  const mounted = mountedContainers(paths);
  for (const record of Object.values(readState(paths).containers)) {
    if (!record.options.autoRemove && !mounted.has(record.id)) continue;
    // Held by the command that started it, from before its process until all is done.
    using pumpLock = tryLockForPump(paths, record.id);
    if (!pumpLock || observe(paths, record).status === "running") continue;
    const { settleOwned } = await import("./settle.ts"); // only when needed: `ps` does without the kernel's doors
    await settleOwned(engine, record);
  }
}

/** A folder is made, and its record written, in one transaction: under its lock, one alone is an orphan. */
async function removeOrphanFolders(paths: StorePaths): Promise<void> {
  const orphans = () => {
    const { containers } = readState(paths);
    return [...Deno.readDirSync(paths.containers)].map(({ name }) => name).filter((id) => !containers[id]);
  };
  if (orphans().length === 0) return;
  const { removeContainerFolder } = await import("./remove.ts");
  transaction(paths, () => {
    for (const id of orphans()) removeContainerFolder(paths, id);
  });
}

function mountedContainers(paths: StorePaths): Set<string> {
  const mounted = new Set<string>();
  const prefix = ` ${Deno.realPathSync(paths.containers)}/`; // as the kernel names it
  for (const line of Deno.readTextFileSync("/proc/self/mountinfo").split("\n")) {
    const start = line.indexOf(prefix);
    if (start >= 0) mounted.add(line.slice(start + prefix.length).split("/", 1)[0]);
  }
  return mounted;
}
