/** Loads what deals with secrets only for containers that have some: the way of the others is the shorter. */
import type { RuntimeSpec } from "../../../oci/runtime_spec.ts";
import { exists } from "../../base/optional_file.ts";
import type { PlannedMount } from "../../bundle/mounts.ts";
import type { ContainerOptions, ContainerRecord } from "../../store/container.ts";
import type { StorePaths } from "../../store/paths.ts";
import type { Engine } from "../engine.ts";

/** See requireSecrets(). */
export async function requireSecretsIfAsked(engine: Engine, options: ContainerOptions): Promise<void> {
  if (options.secrets.length === 0) return;
  const { requireSecrets } = await import("./provide.ts");
  await requireSecrets(engine, options);
}

/** See secretMounts(). */
export async function secretMountsIfAsked(
  paths: StorePaths,
  record: ContainerRecord,
): Promise<PlannedMount[]> {
  if (record.options.secrets.length === 0) return [];
  const { secretMounts } = await import("./mounts.ts");
  return secretMounts(paths, record);
}

/** See provideSecrets(). */
export async function provideSecretsIfAsked(
  engine: Engine,
  record: ContainerRecord,
  spec: RuntimeSpec,
): Promise<void> {
  if (record.options.secrets.length === 0) return;
  const { provideSecrets } = await import("./provide.ts");
  await provideSecrets(engine, record, spec);
}

/** Takes the files away, where there are any. */
export async function removeSecretFiles(paths: StorePaths, id: string): Promise<void> {
  const folder = `${paths.secretFiles}/${id}`;
  if (!exists(folder)) return;
  const { unmountSecretFiles } = await import("../../secret/secret_files.ts");
  unmountSecretFiles(folder);
}

/** The bundle in memory of a container with secret variables; undefined: that on disk has all. */
export function secretBundle({ secretFiles }: StorePaths, id: string): string | undefined {
  const bundle = `${secretFiles}/${id}/bundle`;
  return exists(`${bundle}/config.json`) ? Deno.realPathSync(bundle) : undefined;
}
