/**
 * All secrets and their key file lie in one folder, a _generation_, that the link `current` leads to. A new key is a new
 * generation: the link is changed in one step, so that all secrets are as they were before or as they shall be.
 */
import { exists } from "../base/optional_file.ts";
import { replaceFile, syncFolder } from "../store/atomic_write.ts";

const PREFIX = "g-";

/** The folder that `current` leads to, absolute; undefined before the first secret. */
export function currentGeneration(secrets: string): string | undefined {
  try {
    return `${secrets}/${Deno.readLinkSync(`${secrets}/current`)}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The current one; an empty one is made before the first secret. */
export function ensureGeneration(secrets: string): string {
  const current = currentGeneration(secrets);
  if (current) return current;
  const generation = newGeneration(secrets);
  switchGeneration(secrets, generation);
  return generation;
}

/** A new folder that nothing leads to yet. */
export function newGeneration(secrets: string): string {
  const folder = `${secrets}/${PREFIX}${crypto.getRandomValues(new Uint8Array(8)).toHex()}`;
  Deno.mkdirSync(secrets, { recursive: true, mode: 0o700 });
  Deno.mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** Makes `folder`, whose files are all on disk, the current one. */
export function switchGeneration(secrets: string, folder: string): void {
  syncFolder(folder);
  const link = `${secrets}/current.new`;
  if (exists(link)) Deno.removeSync(link); // of one that was killed
  Deno.symlinkSync(folder.slice(secrets.length + 1), link);
  Deno.renameSync(link, `${secrets}/current`);
  syncFolder(secrets);
}

/** Removes what is not current: left by a change of the key, or by one that was killed. */
export function sweepGenerations(secrets: string): void {
  if (!exists(secrets)) return;
  const current = currentGeneration(secrets);
  for (const { name } of Deno.readDirSync(secrets)) {
    const path = `${secrets}/${name}`;
    if (name.startsWith(PREFIX) && path !== current) Deno.removeSync(path, { recursive: true });
  }
  if (current === undefined) return;
  for (const { name } of Deno.readDirSync(current)) {
    if (name.endsWith(".tmp")) Deno.removeSync(`${current}/${name}`);
  }
}

export function keyFileOf(generation: string): string {
  return `${generation}/key`;
}

export function writeKeyFile(generation: string, bytes: Uint8Array<ArrayBuffer>): void {
  replaceFile(keyFileOf(generation), bytes);
}
