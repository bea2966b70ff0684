/** The file of one secret (docs/secrets.md): JSON with its metadata in the open, and its value encrypted. */
import { BudgieError } from "../base/errors.ts";

/** Raised when a file means something else than before. */
export const FORMAT = 1;

/** docker's bound of a value. */
export const MAX_VALUE_BYTES = 500 * 1024;

/** A value in base64, and room for labels. */
export const MAX_FILE_BYTES = 2 * 1024 ** 2;

/** OWASP's figure for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet). */
export const ITERATIONS = 600_000;
/** A changed file must not keep us busy: a minute or so. */
const MAX_ITERATIONS = 100_000_000;

/** NIST SP 800-38D §8.2: 96 bits, the size that GCM is made for. */
export const NONCE_BYTES = 12;
export const SALT_BYTES = 16;
/** NIST SP 800-38D §5.2.1.2; Web Crypto puts the tag behind the ciphertext. */
const TAG_BYTES = 16;

/** docker's rule for names of secrets. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;

/** What the key is made of. */
export type KeyParameters =
  /** the 32 bytes of the file `key` beside the secret's */
  | { type: "file" }
  | { type: "passphrase"; kdf: "PBKDF2-HMAC-SHA-256"; iterations: number; salt: Uint8Array<ArrayBuffer> };

/** What anybody who may see the file can know. */
export interface SecretInfo {
  name: string;
  /** 1 for the first value, one more with each that replaces it */
  version: number;
  /** 25 hex digits; the same for all versions */
  id: string;
  labels: Record<string, string>;
  /** RFC 3339, UTC */
  createdAt: string;
  updatedAt: string;
}

export interface SealedSecret extends SecretInfo {
  key: KeyParameters;
  nonce: Uint8Array<ArrayBuffer>;
  /** the tag at its end */
  ciphertext: Uint8Array<ArrayBuffer>;
}

/** One secret can't be used; the others are as good as before. */
export class SecretError extends BudgieError {
  override name = "SecretError";

  constructor(name: string, reason: string, options: { hint?: string; cause?: unknown } = {}) {
    super(`Cannot read the secret '${name}': ${reason}`, options);
  }
}

/** Whether a secret can have this name: no path, no colon, no NUL. */
export function isSecretName(text: string): boolean {
  return NAME.test(text);
}

export function formatSealed({ key, nonce, ciphertext, ...info }: SealedSecret): string {
  const { name, version, id, labels, createdAt, updatedAt } = info;
  const parameters = key.type === "file" ? key : { ...key, salt: key.salt.toBase64() };
  return JSON.stringify(
    {
      format: FORMAT,
      name,
      version,
      id,
      labels,
      createdAt,
      updatedAt,
      key: parameters,
      cipher: "AES-256-GCM",
      nonce: nonce.toBase64(),
      ciphertext: ciphertext.toBase64(),
    },
    null,
    2,
  ) + "\n";
}

/** @param name of the file, which the content has to repeat. @throws SecretError */
export function parseSealed(name: string, text: string): SealedSecret {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text);
  } catch (cause) {
    // What the parser says may quote the file.
    throw damaged(name, "it is cut off, or no JSON", cause);
  }
  if (typeof fields !== "object" || fields === null) throw damaged(name, "it is no object");
  if (Number.isInteger(fields.format) && fields.format as number > FORMAT) {
    throw new SecretError(name, `its file has format ${fields.format}, this budgie knows ${FORMAT}`, {
      hint: "A newer budgie wrote it: install that one again",
    });
  }
  const { version, id, labels, createdAt, updatedAt } = fields;
  if (fields.format !== FORMAT) throw damaged(name, "it has no format");
  if (fields.name !== name) throw damaged(name, "it is the file of another secret");
  if (!Number.isSafeInteger(version) || version as number < 1) throw damaged(name, "it has no version");
  if (typeof id !== "string" || !/^[0-9a-f]{25}$/.test(id)) throw damaged(name, "it has no ID");
  if (!isTime(createdAt) || !isTime(updatedAt)) throw damaged(name, "it has no times");
  if (!isLabels(labels)) throw damaged(name, "it has no labels");
  if (fields.cipher !== "AES-256-GCM") throw damaged(name, "its cipher is not known");
  return {
    name,
    version: version as number,
    id,
    labels,
    createdAt,
    updatedAt,
    key: parseKey(name, fields.key),
    nonce: bytesOf(name, fields, "nonce", { least: NONCE_BYTES, most: NONCE_BYTES }),
    ciphertext: bytesOf(name, fields, "ciphertext", {
      least: TAG_BYTES + 1,
      most: TAG_BYTES + MAX_VALUE_BYTES,
    }),
  };
}

function parseKey(name: string, value: unknown): KeyParameters {
  const fields = (value ?? {}) as Record<string, unknown>;
  if (fields.type === "file") return { type: "file" };
  const { kdf, iterations } = fields;
  if (fields.type !== "passphrase" || kdf !== "PBKDF2-HMAC-SHA-256") {
    throw damaged(name, "its key is not known");
  }
  if (!Number.isInteger(iterations) || iterations as number < 1 || iterations as number > MAX_ITERATIONS) {
    throw damaged(name, "its iterations are out of range");
  }
  const salt = bytesOf(name, fields, "salt", { least: SALT_BYTES, most: SALT_BYTES });
  return { type: "passphrase", kdf, iterations: iterations as number, salt };
}

function bytesOf(
  name: string,
  fields: Record<string, unknown>,
  field: string,
  { least, most }: { least: number; most: number },
): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  try {
    bytes = Uint8Array.fromBase64(String(fields[field] ?? ""));
  } catch {
    // Not base64: undefined tells.
  }
  if (!bytes || bytes.length < least || bytes.length > most) throw damaged(name, `its ${field} is no good`);
  return bytes;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function isLabels(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every((label) => typeof label === "string");
}

function damaged(name: string, reason: string, cause?: unknown): SecretError {
  return new SecretError(name, `its file is damaged: ${reason}`, {
    hint: `Put back a copy of the file, or remove it with 'budgie secret rm ${name}' and create it again`,
    cause,
  });
}
