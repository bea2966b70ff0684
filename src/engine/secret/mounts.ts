/** What a container's secrets mean for its bundle. */
import { SECRETS_DIRECTORY } from "../../base/secret_target.ts";
import { isInside, normalisePath } from "../../base/plain_path.ts";
import { UsageError } from "../../base/errors.ts";
import { fileMount, type PlannedMount } from "../../bundle/mounts.ts";
import { containerMounts } from "../../bundle/volume.ts";
import { secretFiles } from "../../secret/secret_files.ts";
import type { ContainerRecord, SecretOption } from "../../store/container.ts";
import type { StorePaths } from "../../store/paths.ts";

/** The folder of a container's tmpfs. */
export function secretFolder(paths: Pick<StorePaths, "secretFiles">, id: string): string {
  return `${paths.secretFiles}/${id}`;
}

/** Whether the secret lies at a place of its own, not in /run/secrets. */
export function isElsewhere({ target }: SecretOption): boolean {
  return target !== undefined && target.startsWith("/");
}

/** @throws UsageError when the user mounts something else there */
export function secretMounts(
  paths: Pick<StorePaths, "secretFiles">,
  record: ContainerRecord,
): PlannedMount[] {
  const { secrets } = record.options;
  const files = secretFiles(secretFolder(paths, record.id));
  const mounts = secrets.flatMap((secret, index) =>
    isElsewhere(secret) ? [fileMount(files.elsewhere(index), secret.target!, { readOnly: true })] : []
  );
  if (secrets.some((secret) => secret.target !== undefined && !isElsewhere(secret))) {
    mounts.unshift(directoryMount(files.files));
  }
  refuseHidden(mounts, record);
  return mounts;
}

function directoryMount(source: string): PlannedMount {
  return {
    destination: SECRETS_DIRECTORY,
    type: "bind",
    source,
    options: ["bind", "rprivate", "ro", "nosuid", "nodev", "noexec"],
    targetKind: "directory",
  };
}

/** A volume at /run/secrets would show other files, or give the secrets a place on disk. */
function refuseHidden(mounts: PlannedMount[], record: ContainerRecord): void {
  for (const { target } of containerMounts(record)) {
    const place = normalisePath(target);
    const hidden = mounts.find(({ destination, targetKind }) =>
      destination === place || (targetKind === "directory" && isInside(place, destination))
    );
    if (hidden) {
      throw new UsageError(
        `Cannot mount '${target}' in '${record.name}': its secrets are at '${hidden.destination}'`,
      );
    }
  }
}
