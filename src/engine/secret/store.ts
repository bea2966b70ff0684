/** What users do with secrets; running containers see new values at once. */
import { isMounted, replaceElsewhere, replaceSecretFile } from "../../secret/secret_files.ts";
import {
  lockSecrets,
  removeSecret,
  rotateKey,
  type StoreOptions,
  storeSecret,
} from "../../secret/secret_store.ts";
import type { SecretInfo } from "../../secret/sealed.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { recordSecretEvent } from "../../store/events.ts";
import { readState } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { readPassphrase, secretAccess } from "./access.ts";
import { isElsewhere, secretFolder } from "./mounts.ts";

/**
 * Stores a value, and gives it to the containers that run.
 * @param options.onWarning is told of containers that go on with the old value
 * @throws BudgieError
 */
export async function createSecret(
  engine: Engine,
  name: string,
  value: Uint8Array<ArrayBuffer>,
  options: StoreOptions & { onWarning: (message: string) => void },
): Promise<SecretInfo> {
  const access = secretAccess(engine);
  using _lock = await lockSecrets(access);
  const info = await storeSecret(access, name, value, options);
  recordSecretEvent(engine.paths, info, info.version === 1 ? "create" : "update");
  renewFiles(engine, name, value, options.onWarning);
  return info;
}

/** Containers that run keep it. @param wanted a name, an ID or the beginning of one. @throws NotFoundError */
export async function deleteSecret(engine: Engine, wanted: string): Promise<void> {
  const info = await removeSecret(secretAccess(engine), wanted);
  recordSecretEvent(engine.paths, info, "remove");
}

/** Variables keep what they had: no process can be given another environment. */
function renewFiles(
  { paths }: Engine,
  name: string,
  value: Uint8Array,
  onWarning: (message: string) => void,
): void {
  for (const record of Object.values(readState(paths).containers)) {
    const folder = secretFolder(paths, record.id);
    if (!record.options.secrets.some(({ source }) => source === name) || !isMounted(folder)) continue;
    try {
      renewFilesOf(folder, record, { name, value });
    } catch (error) {
      onWarning(`'${record.name}' has the old value of '${name}': ${(error as Error).message}`);
    }
  }
}

function renewFilesOf(
  folder: string,
  { options }: ContainerRecord,
  { name, value }: { name: string; value: Uint8Array },
): void {
  for (const [index, secret] of options.secrets.entries()) {
    if (secret.source !== name || secret.target === undefined) continue;
    if (isElsewhere(secret)) replaceElsewhere(folder, index, value);
    else replaceSecretFile(folder, secret.target, value);
  }
}

export interface NewKeyOptions {
  /** a file with the passphrase from now on */
  newPassphraseFile?: string;
  /** a key file from now on */
  randomKey: boolean;
}

/** Encrypts all secrets with a new key, of the same kind when nothing else is asked for. @returns how many. @throws BudgieError */
export async function rotateSecretKey(
  engine: Engine,
  { newPassphraseFile, randomKey }: NewKeyOptions,
): Promise<number> {
  const access = secretAccess(engine);
  const passphrase = newPassphraseFile === undefined
    ? access.passphrase()
    : readPassphrase(newPassphraseFile);
  const isFile = randomKey || passphrase === undefined;
  return await rotateKey(access, isFile ? { type: "file" } : { type: "passphrase", passphrase });
}
