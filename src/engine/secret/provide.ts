/** Giving a container its secrets, before its runtime starts. */
import { basename } from "node:path/posix";
import { NotFoundError } from "../../base/errors.ts";
import type { RuntimeSpec } from "../../../oci/runtime_spec.ts";
import { nameOf } from "../../bundle/execution_config.ts";
import { formatSpec } from "../../bundle/spec_json.ts";
import { mountSecretFiles, secretFiles, writeElsewhere, writeSecretFile } from "../../secret/secret_files.ts";
import { keyRing, lockSecrets, missingSecrets, openSecret } from "../../secret/secret_store.ts";
import { SecretError } from "../../secret/sealed.ts";
import type { ContainerOptions, ContainerRecord, SecretOption } from "../../store/container.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { secretAccess } from "./access.ts";
import { isElsewhere, secretFolder } from "./mounts.ts";

/** A container's secrets are not all there. */
export class MissingSecretError extends NotFoundError {
  override name = "MissingSecretError";

  constructor(secret: string) {
    super("secret", secret, { hint: `Create it first: budgie secret create ${secret} FILE` });
  }
}

/** @throws MissingSecretError for the first that is not there */
export async function requireSecrets(engine: Engine, { secrets }: ContainerOptions): Promise<void> {
  const names = secrets.map(({ source }) => source);
  const [missing] = await missingSecrets(secretAccess(engine), names);
  if (missing !== undefined) throw new MissingSecretError(missing);
}

/**
 * Mounts the tmpfs and writes all files; and config.json, where a variable holds a value. While that goes on no
 * secret is replaced: whoever does it finds the tmpfs afterwards, and the value in it.
 * @param spec of the bundle, as it is on disk
 * @throws MissingSecretError; SecretError for the first that can't be opened
 */
export async function provideSecrets(
  engine: Engine,
  record: ContainerRecord,
  spec: RuntimeSpec,
): Promise<void> {
  const { secrets } = record.options;
  const access = secretAccess(engine);
  const folder = secretFolder(engine.paths, record.id);
  using _lock = await lockSecrets(access);
  const ring = keyRing(access);
  mountSecretFiles(folder, secrets.length);
  const variables = new Map<string, string>();
  for (const [index, secret] of secrets.entries()) {
    const { value } = await openSecret(access, secret.source, ring).catch((error) => {
      throw error instanceof NotFoundError ? new MissingSecretError(secret.source) : error;
    });
    const { uid, gid } = spec.process.user;
    const file = { mode: secret.mode, uid: secret.uid ?? uid, gid: secret.gid ?? gid };
    if (isElsewhere(secret)) writeElsewhere(folder, index, value, file);
    else if (secret.target !== undefined) writeSecretFile(folder, secret.target, value, file);
    if (secret.env !== undefined) variables.set(secret.env, variableText(secret, value));
  }
  if (variables.size > 0) writeSpec(engine, record, withVariables(spec, variables));
}

/** environ(7): a variable is text that ends at the first NUL. */
function variableText({ source, env }: SecretOption, value: Uint8Array): string {
  const refuse = (reason: string) =>
    new SecretError(source, `it can't be the variable ${env}: ${reason}`, {
      hint: "Let the program read the file",
    });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw refuse("it is not text in UTF-8");
  }
  if (text.includes("\0")) throw refuse("it holds a NUL character");
  return text;
}

function withVariables(spec: RuntimeSpec, variables: Map<string, string>): RuntimeSpec {
  const kept = spec.process.env.filter((variable) => !variables.has(nameOf(variable)));
  const own = [...variables].map(([name, value]) => `${name}=${value}`);
  return { ...spec, process: { ...spec.process, env: [...kept, ...own] } };
}

/** A bundle beside the one on disk, which has no values. */
function writeSpec(engine: Engine, record: ContainerRecord, spec: RuntimeSpec): void {
  const { merged, runtimeLog } = containerFiles(engine.paths, record.id);
  const files = secretFiles(secretFolder(engine.paths, record.id));
  // Both runtimes refuse a root with a symlink in its path.
  const root = { ...spec.root, path: Deno.realPathSync(merged) };
  Deno.writeTextFileSync(files.spec, formatSpec({ ...spec, root }), { mode: 0o600 });
  // crun takes the name of its log as relative to the bundle, runc as relative to the working directory.
  Deno.symlinkSync(runtimeLog, `${files.bundle}/${basename(runtimeLog)}`);
}
