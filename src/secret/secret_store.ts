/** The secrets of this host, on disk. One process at a time reads or changes them: a lock keeps the others out. */
import { readAtMost } from "../base/bounded_read.ts";
import { BudgieError, NotFoundError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import { type Lock, waitForLock } from "../store/lock.ts";
import type { StorePaths } from "../store/paths.ts";
import { open, seal } from "./cipher.ts";
import {
  currentGeneration,
  keyFileOf,
  newGeneration,
  sweepGenerations,
  switchGeneration,
} from "./generation.ts";
import { KEY_BYTES, KeyRing } from "./key.ts";
import { isSecretName, MAX_VALUE_BYTES, SecretError, type SecretInfo } from "./sealed.ts";
import { hasSecret, readAllSealed, readSealed, removeSealed, writeSealed } from "./sealed_files.ts";
import { type NewKey, newSealingKey, sealingKey } from "./sealing_key.ts";

/** Where secrets are, and who may open them. */
export interface SecretAccess {
  paths: Pick<StorePaths, "secrets" | "locks">;
  /** asked for when it is needed; undefined: the key is in a file. @throws BudgieError when it can't be had */
  passphrase: () => string | undefined;
}

export interface OpenedSecret {
  info: SecretInfo;
  value: Uint8Array<ArrayBuffer>;
}

export interface StoreOptions {
  /** undefined: those it has */
  labels?: Record<string, string>;
  /** put the value in the place of an older one, if there is one */
  replace: boolean;
}

/** Keeps others from reading and changing secrets. */
export function lockSecrets({ paths }: SecretAccess): Promise<Lock> {
  return waitForLock(`${paths.locks}/secrets`);
}

/** All, by name, and what is wrong with those that can't be read. Needs no key. */
export async function listSecrets(
  access: SecretAccess,
): Promise<{ secrets: SecretInfo[]; problems: SecretError[] }> {
  using _lock = await lockSecrets(access);
  return readAllSealed(access.paths);
}

/** Those of the names that no secret has. */
export async function missingSecrets(access: SecretAccess, names: readonly string[]): Promise<string[]> {
  using _lock = await lockSecrets(access);
  return names.filter((name) => !hasSecret(access.paths, name));
}

/** @param wanted a name, an ID or the beginning of one. @throws NotFoundError, BudgieError */
export async function findSecret(access: SecretAccess, wanted: string): Promise<SecretInfo> {
  using _lock = await lockSecrets(access);
  return find(access, wanted);
}

/** A secret with its value. The caller has the lock. @throws NotFoundError, SecretError */
export async function openSecret(
  access: SecretAccess,
  name: string,
  ring = keyRing(access),
): Promise<OpenedSecret> {
  const sealed = readSealed(access.paths, name);
  if (!sealed) throw new NotFoundError("secret", name);
  return { info: sealed, value: await open(sealed, await ring.keyOf(sealed)) };
}

/** The keys as of now. The caller has the lock. */
export function keyRing({ paths, passphrase }: SecretAccess): KeyRing {
  const generation = currentGeneration(paths.secrets);
  const path = generation && keyFileOf(generation);
  const keyFile = path && exists(path) ? readAtMost(path, KEY_BYTES + 1) : undefined;
  return new KeyRing({ passphrase, keyFile });
}

/**
 * Stores a value. What is there already is only replaced when it can be opened with the same key: neither a typing
 * error in the passphrase nor a damaged file costs a value. The caller has the lock.
 * @throws BudgieError
 */
export async function storeSecret(
  access: SecretAccess,
  name: string,
  value: Uint8Array<ArrayBuffer>,
  { labels, replace }: StoreOptions,
): Promise<SecretInfo> {
  checkNew(name, value);
  sweepGenerations(access.paths.secrets);
  const ring = keyRing(access);
  const old = readSealed(access.paths, name);
  if (old && !replace) {
    throw new BudgieError(`Cannot create the secret '${name}': there is one of this name`, {
      hint: "Give it a new value with --replace, or choose another name",
    });
  }
  if (old) await open(old, await ring.keyOf(old));
  const key = await sealingKey(access.paths, { name, ring });
  const now = new Date().toISOString();
  const sealed = await seal(
    {
      name,
      version: (old?.version ?? 0) + 1,
      id: old?.id ?? newId(),
      labels: labels ?? old?.labels ?? {},
      createdAt: old?.createdAt ?? now,
      updatedAt: now,
    },
    value,
    key,
  );
  writeSealed(currentGeneration(access.paths.secrets)!, sealed);
  return sealed;
}

/** @param wanted as for findSecret(); a damaged one by its name, and then without an ID. @throws NotFoundError */
export async function removeSecret(
  access: SecretAccess,
  wanted: string,
): Promise<Pick<SecretInfo, "name"> & Partial<SecretInfo>> {
  using _lock = await lockSecrets(access);
  const info = findDamagedToo(access, wanted);
  removeSealed(access.paths, info.name);
  return info;
}

/**
 * Encrypts all secrets anew. Until the last step, and after a kill at any moment, all are as they were before.
 * @returns how many there are
 * @throws BudgieError when one of them can't be opened; nothing is changed then
 */
export async function rotateKey(access: SecretAccess, wanted: NewKey): Promise<number> {
  using _lock = await lockSecrets(access);
  const { paths } = access;
  sweepGenerations(paths.secrets);
  const { secrets, problems } = readAllSealed(paths);
  if (problems.length > 0) throw cannotRotate(problems);
  const ring = keyRing(access);
  const opened = await Promise.allSettled(secrets.map(({ name }) => openSecret(access, name, ring)));
  const failures = opened.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (failures.length > 0) throw cannotRotate(failures);
  try {
    const generation = newGeneration(paths.secrets);
    const key = await newSealingKey(generation, wanted);
    for (const result of opened) {
      const { info, value } = (result as PromiseFulfilledResult<OpenedSecret>).value;
      writeSealed(generation, await seal(info, value, key));
    }
    switchGeneration(paths.secrets, generation);
  } finally {
    sweepGenerations(paths.secrets); // the old one; or, when the disk was full, what there is of the new one
  }
  return secrets.length;
}

function cannotRotate(failures: Error[]): BudgieError {
  const reasons = failures.map((failure) => failure.message).join("; ");
  return new BudgieError(`Cannot change the key of secrets: ${reasons}`, {
    hint: (failures[0] as BudgieError).hint ??
      "Nothing was changed. Remove what can't be read with 'secret rm'",
    cause: failures[0],
  });
}

function checkNew(name: string, value: Uint8Array): void {
  const refuse = (reason: string, hint?: string) =>
    new BudgieError(`Cannot create the secret '${name}': ${reason}`, { hint });
  if (!isSecretName(name)) {
    throw refuse(
      "its name is no good",
      "A name has up to 64 letters, digits, '_', '.' and '-', the first a letter or digit",
    );
  }
  if (value.length === 0) throw refuse("its value is empty");
  if (value.length > MAX_VALUE_BYTES) throw refuse("its value has more than 500 KiB");
}

/** As docker does: an ID, a name, the beginning of one ID. */
function find(access: SecretAccess, wanted: string): SecretInfo {
  const named = readSealed(access.paths, wanted);
  if (named) return named;
  const found = wanted === ""
    ? []
    : readAllSealed(access.paths).secrets.filter(({ id }) => id.startsWith(wanted));
  if (found.length === 0) throw new NotFoundError("secret", wanted);
  if (found.length === 1) return found[0];
  const names = found.map(({ name }) => name).join(", ");
  throw new BudgieError(`Cannot tell which secret '${wanted}' is: it may be ${names}`, {
    hint: "Write more of the ID, or the name",
  });
}

function findDamagedToo(
  access: SecretAccess,
  wanted: string,
): Pick<SecretInfo, "name"> & Partial<SecretInfo> {
  try {
    return find(access, wanted);
  } catch (error) {
    if (error instanceof SecretError) return { name: wanted };
    throw error;
  }
}

/** As long as docker's. */
function newId(): string {
  return crypto.getRandomValues(new Uint8Array(13)).toHex().slice(0, 25);
}
