/** Looking at secrets. */
import * as store from "../../secret/secret_store.ts";
import type { SecretError, SecretInfo } from "../../secret/sealed.ts";
import type { Engine } from "../engine.ts";
import { secretAccess } from "./access.ts";

export { secretNames } from "../../secret/sealed_files.ts";
export type { SecretInfo };

/** All by name, and what is wrong with those that can't be read; without their values. */
export function listSecrets(engine: Engine): Promise<{ secrets: SecretInfo[]; problems: SecretError[] }> {
  return store.listSecrets(secretAccess(engine));
}

/** @param wanted a name, an ID or the beginning of one. @throws NotFoundError; SecretError for a damaged file */
export function findSecret(engine: Engine, wanted: string): Promise<SecretInfo> {
  return store.findSecret(secretAccess(engine), wanted);
}

/** With its value. @throws as findSecret(); SecretError when the key does not open it */
export async function openSecretOf(engine: Engine, wanted: string): Promise<store.OpenedSecret> {
  const access = secretAccess(engine);
  const { name } = await store.findSecret(access, wanted);
  using _lock = await store.lockSecrets(access);
  return await store.openSecret(access, name);
}
