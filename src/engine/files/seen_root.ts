/** The files of a container as its processes see them, its volumes and mounts included: what `cp` copies from and to. */
import type { RuntimeSpec, SpecMount } from "../../../oci/runtime_spec.ts";
import { BudgieError } from "../../base/errors.ts";
import { exists } from "../../base/optional_file.ts";
import { hostFacts } from "../../bundle/host_facts.ts";
import { coveringMount, prepareTargets } from "../../bundle/mount_targets.ts";
import { combineMounts, defaultMounts, fileMount } from "../../bundle/mounts.ts";
import { planUserMounts } from "../../bundle/user_mounts.ts";
import { SystemError } from "../../linux/libc.ts";
import { bindInside, makeReadOnly } from "../../linux/bind_mount.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { readState } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import { type ContainerRoot, holdStopped, mountedRoot, rooted } from "./container_root.ts";
import type { Engine } from "../engine.ts";
import { findRecord } from "../list.ts";
import { isProcessOf, observe } from "../observe.ts";

export interface SeenRoot extends ContainerRoot {
  /** Whether files may be written to a path that has no symlink in it. @throws BudgieError where they may not */
  checkWritable(path: string): void;
  /** To be called when all is done. @throws BudgieError when the container ended meanwhile, and its mounts with it */
  checkStillThere(): void;
}

/** @throws NotFoundError; BudgieError when one of its mounts can't be had */
export async function openSeenRoot(engine: Engine, name: string): Promise<SeenRoot> {
  const record = findRecord(readState(engine.paths), name);
  const stopped = await holdStopped(engine, record);
  return stopped ? await stoppedRoot(engine, record, stopped) : runningRoot(engine, record);
}

/** A process' root directory leads into its mount namespace (proc(5)). */
function runningRoot(engine: Engine, record: ContainerRecord): SeenRoot {
  const { pid } = observe(engine.paths, record);
  const ended = () =>
    new BudgieError(`Cannot be sure of the copy: '${record.name}' ended meanwhile`, {
      hint: "Copy again: it can be copied from and to containers that do not run",
    });
  const checkStillThere = () => {
    if (pid === 0 || !isProcessOf(pid, record.id)) throw ended();
  };
  checkStillThere();
  using undo = new DisposableStack();
  const root = undo.use(openRoot(pid, ended));
  checkStillThere(); // the directory is open: it is the container's, and not that of whoever has its PID now
  const { mounts }: RuntimeSpec = JSON.parse(
    Deno.readTextFileSync(containerFiles(engine.paths, record.id).spec),
  );
  undo.move();
  return {
    record,
    ...root,
    checkWritable: (path) => checkWritable(record, path, { mounts, running: true }),
    checkStillThere,
  };
}

function openRoot(pid: number, ended: () => BudgieError): ReturnType<typeof rooted> {
  try {
    return rooted(`/proc/${pid}/root`, new DisposableStack());
  } catch (error) {
    // A process that is ending has no root any more, and is still there until those below it have ended too.
    if (error instanceof SystemError && (error.code === "ENOENT" || error.code === "ESRCH")) throw ended();
    throw error;
  }
}

async function stoppedRoot(engine: Engine, record: ContainerRecord, lock: Disposable): Promise<SeenRoot> {
  using undo = new DisposableStack();
  const root = undo.use(mountedRoot(engine, record, lock));
  const mounts = await plannedMounts(engine, root);
  for (const { type, source, destination, options } of mounts) {
    if (type !== "bind") continue; // a tmpfs holds nothing while the container does not run
    bindInside(root.directory, { source, destination, readOnly: isReadOnly(options) });
  }
  if (record.options.readOnly) makeReadOnly(containerFiles(engine.paths, record.id).merged);
  undo.move();
  return {
    ...root,
    checkWritable: (path) => checkWritable(record, path, { mounts, running: false }),
    checkStillThere: () => {},
  };
}

/** The mounts that a start would make, in their order, with safe destinations. */
async function plannedMounts(engine: Engine, { record, directory }: ContainerRoot): Promise<SpecMount[]> {
  const folder = containerFiles(engine.paths, record.id).directory;
  const files = ["hostname", "hosts", "resolv.conf"].filter((name) => exists(`${folder}/${name}`))
    .map((name) => fileMount(`${folder}/${name}`, `/etc/${name}`, { readOnly: record.options.readOnly }));
  const inputs = { record, directory: folder, paths: engine.paths, host: hostFacts() };
  const user = await planUserMounts(directory, inputs);
  return prepareTargets(directory, combineMounts({ system: defaultMounts(record.options), files, user }));
}

/** The kernel refuses too; this says why. */
function checkWritable(
  record: ContainerRecord,
  path: string,
  { mounts, running }: { mounts: readonly SpecMount[]; running: boolean },
): void {
  const mount = coveringMount(path, mounts);
  const refuse = (reason: string, hint?: string) => {
    throw new BudgieError(`Cannot copy to '${record.name}:${path}': ${reason}`, { hint });
  };
  if (!mount) {
    if (record.options.readOnly) refuse("the container's root file system is read-only");
  } else if (isReadOnly(mount.options)) {
    refuse(`'${mount.destination}' is mounted read-only`);
  } else if (mount.type !== "bind" && mount.type !== "tmpfs") {
    refuse(`'${mount.destination}' is the kernel's`);
  } else if (mount.type === "tmpfs" && !running) {
    refuse(`'${mount.destination}' is in memory, and only there while the container runs`, "Start it first");
  }
}

function isReadOnly(options: readonly string[]): boolean {
  return options.includes("ro") || options.includes("rro");
}
