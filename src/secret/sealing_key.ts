/** Choosing the key that a value is encrypted with. */
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import type { StorePaths } from "../store/paths.ts";
import { open, type SealingKey } from "./cipher.ts";
import { ensureGeneration, keyFileOf, writeKeyFile } from "./generation.ts";
import { importKey, KEY_BYTES, KeyRing, newPassphraseParameters } from "./key.ts";
import { readAllSealed } from "./sealed_files.ts";

type Paths = Pick<StorePaths, "secrets">;

/**
 * The key of one more value: with a passphrase one derived from it, else that of the file; what is missing is made.
 * @param options.name whose value it is
 */
export async function sealingKey(
  paths: Paths,
  { name, ring }: { name: string; ring: KeyRing },
): Promise<SealingKey> {
  const generation = ensureGeneration(paths.secrets);
  if (ring.passphrase !== undefined) return await knownPassphrase(paths, ring);
  if (exists(keyFileOf(generation))) {
    const parameters = { type: "file" } as const;
    return { key: await ring.keyOf({ name, key: parameters }), parameters };
  }
  if (readAllSealed(paths).secrets.some(({ key }) => key.type === "file")) {
    throw new BudgieError(
      `Cannot make a new key: '${keyFileOf(generation)}' is missing, and secrets need it`,
      {
        hint: "Put it back from a copy of the data directory, or remove those secrets",
      },
    );
  }
  return await newSealingKey(generation, { type: "file" });
}

/**
 * A key that opens a secret is used on, with its salt. Where it opens none of those stored with a passphrase, it is a
 * typing error: a secret that nobody can open would be found out when a container needs it.
 */
async function knownPassphrase(paths: Paths, ring: KeyRing): Promise<SealingKey> {
  const others = readAllSealed(paths).secrets.filter(({ key }) => key.type === "passphrase");
  for (const other of others) {
    const key = await ring.keyOf(other);
    const opens = await open(other, key).then(() => true, () => false);
    if (opens) return { key, parameters: other.key };
  }
  if (others.length > 0) {
    throw new BudgieError("Cannot store a secret: the passphrase opens none of the others", {
      hint: "Give the one that they were stored with; 'budgie secret rotate-key' changes it",
    });
  }
  const parameters = newPassphraseParameters();
  return { key: await ring.derive(parameters), parameters };
}

/** What secrets are encrypted with from now on. */
export type NewKey = { type: "file" } | { type: "passphrase"; passphrase: string };

/** A key that is nobody's yet; that of a file is written into `generation`. */
export async function newSealingKey(generation: string, wanted: NewKey): Promise<SealingKey> {
  if (wanted.type === "file") {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    writeKeyFile(generation, bytes);
    return { key: await importKey(bytes), parameters: { type: "file" } };
  }
  const parameters = newPassphraseParameters();
  const ring = new KeyRing({ passphrase: () => wanted.passphrase, keyFile: undefined });
  return { key: await ring.derive(parameters), parameters };
}
