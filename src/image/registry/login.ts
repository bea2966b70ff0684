/** Logging in and out: credentials that the registry takes, kept in a file or by a credential helper. */
import { dirname } from "node:path/posix";
import { exists } from "../../base/optional_file.ts";
import { replaceFile } from "../../store/atomic_write.ts";
import { RegistryClient } from "./client.ts";
import { eraseFromHelper, storeInHelper } from "./credential_helper.ts";
import { type Credentials, encodeBasic } from "./credentials.ts";
import { helperFor, keysFor, type LoginFile, loginKey, readLoginFile } from "./login_file.ts";
import { DEFAULT_RETRY_POLICY } from "./retry.ts";
import type { RegistrySettings } from "./settings.ts";
import { Transport } from "./transport.ts";

/** How to reach the registry. */
export interface LoginOptions {
  settings: RegistrySettings;
  signal?: AbortSignal;
}

/** Where a login went. */
export interface KeptLogin {
  /** the credential helper that has it now */
  helper?: string;
  /** else the file, where anybody who can read it can read the password */
  file?: string;
}

/**
 * Asks the registry whether it takes the credentials, and keeps them only then.
 * @param registry host or host:port
 * @throws RegistryError when it does not, or can't be reached
 */
export async function login(
  registry: string,
  credentials: Credentials,
  { settings, signal }: LoginOptions,
): Promise<KeptLogin> {
  using transport = new Transport(settings);
  const { stallMs } = DEFAULT_RETRY_POLICY;
  const client = new RegistryClient(registry, { transport, settings, stallMs, credentials });
  await client.checkAccess({ signal });
  const helper = findHelper(settings, registry);
  if (helper !== undefined) {
    await storeInHelper(helper, loginKey(registry), credentials);
    return { helper };
  }
  const [file] = settings.loginFiles;
  await changeLogins(file, (logins) => ({
    ...withoutLogin(logins, registry).auths,
    [loginKey(registry)]: { auth: encodeBasic(credentials) },
  }));
  return { file };
}

/** What is left of a login, and what was not. */
export interface LoggedOut {
  /** whether there was anything to forget */
  found: boolean;
  /** files of other programs that still have a login for the registry */
  others: string[];
}

/** Forgets a login, in budgie's file and in the credential helper. Files of docker's and podman's stay as they are. */
export async function logout(registry: string, { settings }: LoginOptions): Promise<LoggedOut> {
  const [own, ...others] = settings.loginFiles;
  const helper = findHelper(settings, registry);
  if (helper !== undefined) await eraseFromHelper(helper, loginKey(registry));
  const known = keysFor(readLoginFile(own), registry).length > 0;
  if (known) await changeLogins(own, (logins) => withoutLogin(logins, registry).auths);
  return {
    found: known || helper !== undefined,
    others: others.filter((file) => keysFor(readLoginFile(file), registry).length > 0),
  };
}

function findHelper({ loginFiles }: RegistrySettings, registry: string): string | undefined {
  return loginFiles.map((file) => helperFor(readLoginFile(file), registry)).find((name) =>
    name !== undefined
  );
}

function withoutLogin(logins: LoginFile, registry: string): { auths: Record<string, unknown> } {
  const gone = keysFor(logins, registry);
  const kept = Object.entries(logins.auths ?? {}).filter(([key]) => !gone.includes(key));
  return { auths: Object.fromEntries(kept) };
}

/** Whatever else is in the file is kept. The lock is on its folder: podman and docker would not know a file for it. */
async function changeLogins(
  file: string,
  change: (logins: LoginFile) => Record<string, unknown>,
): Promise<void> {
  Deno.mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // A symlink's target is replaced, not the link.
  const path = exists(file) ? Deno.realPathSync(file) : file;
  using folder = Deno.openSync(dirname(path));
  await folder.lock(true);
  const logins = readLoginFile(path);
  replaceFile(path, `${JSON.stringify({ ...logins, auths: change(logins) }, null, "\t")}\n`, { mode: 0o600 });
}
