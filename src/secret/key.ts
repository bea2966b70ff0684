/** Where the key of secrets comes from: a passphrase, or a file of random bytes. Web Crypto throughout. */
import { ITERATIONS, type KeyParameters, SALT_BYTES, type SealedSecret, SecretError } from "./sealed.ts";

export const KEY_BYTES = 32;

const PUT_BACK = "Put back 'key' into the folder of its file, from a copy of the data directory";

/** What secrets are opened with. */
export interface KeySource {
  /** asked for once, when it is needed; undefined: there is none */
  passphrase: () => string | undefined;
  /** the bytes of the key file; undefined when there is none */
  keyFile: Uint8Array<ArrayBuffer> | undefined;
}

/** Keys by their parameters, each derived once: that takes a passphrase a tenth of a second. */
export class KeyRing {
  readonly #derived = new Map<string, Promise<CryptoKey>>();
  #passphrase?: { value: string | undefined };

  constructor(private readonly source: KeySource) {}

  get passphrase(): string | undefined {
    this.#passphrase ??= { value: this.source.passphrase() };
    return this.#passphrase.value;
  }

  /** @throws SecretError when what it is made of is not there */
  async keyOf({ name, key }: Pick<SealedSecret, "name" | "key">): Promise<CryptoKey> {
    if (key.type === "file") return await this.#fromFile(name);
    if (this.passphrase === undefined) {
      throw new SecretError(name, "it was stored with a passphrase, and there is none", {
        hint: "Set BUDGIE_SECRETS_PASSPHRASE, or BUDGIE_SECRETS_PASSPHRASE_FILE to a file that holds it",
      });
    }
    return await this.derive(key);
  }

  /** From the passphrase, which must be there. */
  derive({ iterations, salt }: KeyParameters & { type: "passphrase" }): Promise<CryptoKey> {
    const id = `${iterations} ${salt.toHex()}`;
    const known = this.#derived.get(id);
    if (known) return known;
    const key = deriveKey(this.passphrase!, { iterations, salt });
    this.#derived.set(id, key);
    return key;
  }

  async #fromFile(name: string): Promise<CryptoKey> {
    const { keyFile } = this.source;
    if (!keyFile) {
      throw new SecretError(name, "its key file is missing", { hint: PUT_BACK });
    }
    if (keyFile.length !== KEY_BYTES) {
      throw new SecretError(name, `its key file does not have ${KEY_BYTES} bytes`, { hint: PUT_BACK });
    }
    return await importKey(keyFile);
  }
}

/** New parameters for a passphrase. */
export function newPassphraseParameters(): KeyParameters & { type: "passphrase" } {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  return { type: "passphrase", kdf: "PBKDF2-HMAC-SHA-256", iterations: ITERATIONS, salt };
}

export function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** RFC 8018 §5.2, with the passphrase in UTF-8. */
async function deriveKey(
  passphrase: string,
  { iterations, salt }: { iterations: number; salt: Uint8Array<ArrayBuffer> },
): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, [
    "deriveKey",
  ]);
  return await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    secret,
    { name: "AES-GCM", length: KEY_BYTES * 8 },
    false,
    ["encrypt", "decrypt"],
  );
}
