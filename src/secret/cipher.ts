/** Encrypting and decrypting a value (NIST SP 800-38D). */
import {
  FORMAT,
  type KeyParameters,
  NONCE_BYTES,
  type SealedSecret,
  SecretError,
  type SecretInfo,
} from "./sealed.ts";

/** What a value is encrypted with, and what its file says of it. */
export interface SealingKey {
  key: CryptoKey;
  parameters: KeyParameters;
}

/** A nonce is never used twice: there is a new one for every value. */
export async function seal(
  info: SecretInfo,
  value: Uint8Array<ArrayBuffer>,
  { key, parameters }: SealingKey,
): Promise<SealedSecret> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: additionalData(info) };
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, value));
  return { ...info, key: parameters, nonce, ciphertext };
}

/** @throws SecretError when the key is another one, or the file was changed: no cipher can tell which */
export async function open(sealed: SealedSecret, key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  const { nonce, ciphertext } = sealed;
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: additionalData(sealed) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext));
  } catch (cause) {
    const reason = sealed.key.type === "file"
      ? "its file was changed, or the key file is another one"
      : "the passphrase is not the one that it was stored with, or its file was changed";
    throw new SecretError(sealed.name, reason, { cause });
  }
}

/** Binds a value to its name and version, so that it can't be passed off as another's. A name has no colon. */
function additionalData({ name, version }: SecretInfo): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`budgie-secret:${FORMAT}:${name}:${version}`);
}
