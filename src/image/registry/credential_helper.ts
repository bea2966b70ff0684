/**
 * Programs that keep passwords: `docker-credential-<name> get|store|erase`, words in on standard input, JSON out.
 * Source: docker/docker-credential-helpers, README.md, "Development".
 */
import { BudgieError } from "../../base/errors.ts";
import type { Credentials } from "./credentials.ts";

/** A helper may ask its user to unlock something. */
const TIMEOUT_MS = 60_000;
/** Only a word: a path would run what a file of somebody else's names. */
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** In place of a user name, where the secret is an identity token. */
const TOKEN_USER = "<token>";
/** How helpers say that they do not know a registry, with exit code 1. */
const NOT_FOUND = "credentials not found in native keychain";

/** What a helper knows of a registry; undefined: nothing. @throws CredentialHelperError */
export async function getFromHelper(
  helper: string,
  registry: string,
  signal?: AbortSignal,
): Promise<Credentials | undefined> {
  const output = await callHelper(helper, "get", { input: registry, signal });
  if (output === undefined) return undefined;
  try {
    const { Username, Secret } = JSON.parse(output);
    if (typeof Username !== "string" || typeof Secret !== "string") throw new TypeError("no credentials");
    if (Username === TOKEN_USER) return { username: "", password: "", identityToken: Secret };
    return { username: Username, password: Secret };
  } catch {
    // No cause: what came may hold the password.
    throw new CredentialHelperError(helper, "its answer is not what the protocol says");
  }
}

/** Lets a helper keep a password. @throws CredentialHelperError */
export async function storeInHelper(
  helper: string,
  registry: string,
  { username, password }: Credentials,
): Promise<void> {
  const input = JSON.stringify({ ServerURL: registry, Username: username, Secret: password });
  await callHelper(helper, "store", { input });
}

/** Lets a helper forget a registry; one that it does not know is fine. @throws CredentialHelperError */
export async function eraseFromHelper(helper: string, registry: string): Promise<void> {
  await callHelper(helper, "erase", { input: registry });
}

/** A helper is missing, fails, or answers nonsense. */
export class CredentialHelperError extends BudgieError {
  override name = "CredentialHelperError";

  constructor(helper: string, reason: string) {
    super(`Cannot use the credential helper '${helper}': ${reason}`, {
      hint: "See 'credsStore' and 'credHelpers' in the files with your logins",
    });
  }
}

/** Its standard output; undefined when it knows nothing of what was asked. */
async function callHelper(
  helper: string,
  verb: "get" | "store" | "erase",
  { input, signal }: { input: string; signal?: AbortSignal },
): Promise<string | undefined> {
  if (!HELPER_NAME.test(helper)) throw new CredentialHelperError(helper, "that is no name of one");
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const child = new Deno.Command(`docker-credential-${helper}`, {
      args: [verb],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit", // what it asks of a person
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).spawn();
    const [{ code, stdout }] = await Promise.all([child.output(), feed(child, input)]);
    signal?.throwIfAborted();
    if (timeout.aborted) throw new CredentialHelperError(helper, "it does not answer");
    const output = new TextDecoder().decode(stdout);
    if (code === 0) return output;
    if (output.includes(NOT_FOUND)) return undefined;
    throw new CredentialHelperError(helper, `'${verb}' failed with exit code ${code}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CredentialHelperError(helper, `there is no program 'docker-credential-${helper}'`);
  }
}

async function feed(child: Deno.ChildProcess, input: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // It ended without reading: its exit code tells the rest.
  }
}
