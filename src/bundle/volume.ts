/** Named volumes, and which of them a container needs. */
import type { ImageConfig } from "../../oci/image.ts";
import { UsageError } from "../base/errors.ts";
import type { ContainerOptions, ContainerRecord, MountOption } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { normalisePath } from "../base/plain_path.ts";

/** Docker's rule, with podman's one-letter names; 255 bytes is what a folder's name may have. */
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/** @throws UsageError */
export function checkVolumeName(name: string): void {
  if (VOLUME_NAME.test(name)) return;
  throw new UsageError(`Cannot use '${name}' as a volume's name`, {
    hint: "Letters, digits, '_', '.' and '-', at most 255; a path of the host begins with /, ./ or ../",
  });
}

/** Where the volume's files are; it is made if it does not exist. @throws UsageError for a bad name */
export function ensureVolume(paths: Pick<StorePaths, "volumes">, name: string): string {
  checkVolumeName(name);
  const data = `${paths.volumes}/${name}/_data`;
  try {
    Deno.mkdirSync(`${paths.volumes}/${name}`, { mode: 0o700, recursive: true });
    Deno.mkdirSync(data);
    Deno.chmodSync(data, 0o755);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  return data;
}

/**
 * Where a container needs a volume that has no name, in a fixed order: the user's `-v /path` first, then the
 * image's VOLUMEs that nothing else is mounted on. The record holds one name for each (`anonymousVolumes`).
 */
export function anonymousVolumeTargets(
  options: Pick<ContainerOptions, "mounts">,
  image: ImageConfig,
): string[] {
  const asked = options.mounts.filter(isAnonymous).map(({ target }) => target);
  const taken = new Set(options.mounts.map(({ target }) => normalisePath(target)));
  const ofImage = Object.keys(image.config?.Volumes ?? {}).filter((target) =>
    !taken.has(normalisePath(target))
  );
  return [...asked, ...ofImage.sort()];
}

/** The mounts of a container with every volume named: the options', and one for each VOLUME of the image. */
export function containerMounts(
  record: Pick<ContainerRecord, "options" | "image" | "anonymousVolumes">,
): MountOption[] {
  const targets = anonymousVolumeTargets(record.options, record.image);
  if (targets.length !== record.anonymousVolumes.length) {
    throw new Error(`${targets.length} volumes need names, and there are ${record.anonymousVolumes.length}`);
  }
  const anonymous = targets.map((target, i): MountOption => ({
    readOnly: false,
    ...record.options.mounts.find((mount) => isAnonymous(mount) && mount.target === target),
    type: "volume",
    source: record.anonymousVolumes[i],
    target,
  }));
  return [...record.options.mounts.filter((mount) => !isAnonymous(mount)), ...anonymous];
}

function isAnonymous(mount: MountOption): boolean {
  return mount.type === "volume" && mount.source === "";
}
