/** The mounts that the user and the image ask for, with their sources found or made on the host. */
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import { whyUnreadable } from "../base/text_file.ts";
import type { RootedDirectory } from "../linux/rooted_directory.ts";
import type { ContainerRecord, MountOption } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import type { HostFacts } from "./host_facts.ts";
import { type PlannedMount, userMount } from "./mounts.ts";
import { containerMounts, ensureVolume } from "./volume.ts";

/** Where the container and its volumes are. */
export interface UserMountsInputs {
  record: ContainerRecord;
  directory: string;
  paths: Pick<StorePaths, "volumes" | "locks">;
  host: HostFacts;
}

/** A source on the host. */
interface Source {
  path: string;
  isDirectory: boolean;
}

/** @throws BudgieError when a source is missing that should be there, or a volume can't be filled */
export async function planUserMounts(
  rootfs: RootedDirectory,
  inputs: UserMountsInputs,
): Promise<PlannedMount[]> {
  const { kernel } = inputs.host;
  const recursiveReadOnly = kernel.major > 5 || (kernel.major === 5 && kernel.minor >= 12);
  const planned: PlannedMount[] = [];
  for (const option of containerMounts(inputs.record)) {
    const source = option.type === "volume" ? await volumeSource(rootfs, option, inputs) : hostSource(option);
    planned.push(userMount(option, { ...source, recursiveReadOnly }));
  }
  return planned;
}

// Docker fills a volume when the container is made: one that was emptied since stays empty.
async function volumeSource(
  rootfs: RootedDirectory,
  { source: name, target, noCopy }: MountOption,
  { paths, directory }: UserMountsInputs,
): Promise<Source> {
  const path = ensureVolume(paths, name);
  const startedBefore = exists(`${directory}/config.json`);
  if (!noCopy && !startedBefore) {
    const { seedVolume } = await import("./volume_seed.ts");
    await seedVolume(rootfs, paths, { name, target });
  }
  return { path, isDirectory: true };
}

function hostSource({ type, source, createSource }: MountOption): Source {
  if (type === "tmpfs") return { path: "", isDirectory: true };
  try {
    if (createSource && !exists(source)) Deno.mkdirSync(source, { recursive: true });
    return { path: source, isDirectory: Deno.statSync(source).isDirectory };
  } catch (cause) {
    const isMissing = cause instanceof Deno.errors.NotFound;
    const reason = isMissing ? "it does not exist on this machine" : whyUnreadable(cause);
    throw new BudgieError(`Cannot mount '${source}': ${reason}`, {
      hint: isMissing ? "Make it first, or use -v, which makes a directory" : undefined,
      exitCode: 125,
      cause,
    });
  }
}
