/** The files of all secrets, in the current generation. */
import { readAtMost } from "../base/bounded_read.ts";
import { exists } from "../base/optional_file.ts";
import { replaceFile, syncFolder } from "../store/atomic_write.ts";
import type { StorePaths } from "../store/paths.ts";
import { currentGeneration } from "./generation.ts";
import {
  formatSealed,
  isSecretName,
  MAX_FILE_BYTES,
  parseSealed,
  type SealedSecret,
  SecretError,
} from "./sealed.ts";

type Paths = Pick<StorePaths, "secrets">;

const SUFFIX = ".json";

/** The names of what lies there now; without the lock for whoever must not wait. */
export function secretNames({ secrets }: Paths): string[] {
  const generation = currentGeneration(secrets);
  const files = generation ? Array.from(Deno.readDirSync(generation), ({ name }) => name) : [];
  return files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length))
    .filter(isSecretName).sort();
}

export function hasSecret(paths: Paths, name: string): boolean {
  return pathIfThere(paths, name) !== undefined;
}

/** undefined when there is none of this name. @throws SecretError */
export function readSealed(paths: Paths, name: string): SealedSecret | undefined {
  const path = pathIfThere(paths, name);
  if (path === undefined) return undefined;
  return parseSealed(name, new TextDecoder().decode(readAtMost(path, MAX_FILE_BYTES)));
}

/** All, by name, and what is wrong with those that can't be read. */
export function readAllSealed(paths: Paths): { secrets: SealedSecret[]; problems: SecretError[] } {
  const secrets: SealedSecret[] = [];
  const problems: SecretError[] = [];
  for (const name of secretNames(paths)) {
    try {
      secrets.push(readSealed(paths, name)!);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      problems.push(error);
    }
  }
  return { secrets, problems };
}

export function writeSealed(generation: string, sealed: SealedSecret): void {
  replaceFile(fileOf(generation, sealed.name), formatSealed(sealed));
}

/** Of one that is there. */
export function removeSealed({ secrets }: Paths, name: string): void {
  const generation = currentGeneration(secrets)!;
  Deno.removeSync(fileOf(generation, name));
  syncFolder(generation);
}

function pathIfThere({ secrets }: Paths, name: string): string | undefined {
  const generation = currentGeneration(secrets);
  if (!generation || !isSecretName(name)) return undefined;
  const path = fileOf(generation, name);
  return exists(path) ? path : undefined;
}

function fileOf(generation: string, name: string): string {
  return `${generation}/${name}${SUFFIX}`;
}
