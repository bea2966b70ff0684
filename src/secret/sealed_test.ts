import assert from "node:assert/strict";
import { open, seal } from "./cipher.ts";
import { importKey, KeyRing } from "./key.ts";
import { formatSealed, parseSealed, SecretError } from "./sealed.ts";

/** Made with node:crypto, as docs/secrets.md says: key 00 01 … 1f, nonce 00 01 … 0b. */
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const BY_FILE = {
  format: 1,
  name: "db",
  version: 3,
  id: "0123456789abcdef012345678",
  labels: { tier: "db" },
  createdAt: "2026-01-02T03:04:05.000Z",
  updatedAt: "2026-01-02T03:04:06.000Z",
  key: { type: "file" },
  cipher: "AES-256-GCM",
  nonce: "AAECAwQFBgcICQoL",
  ciphertext: "L3e4b6CX8CV0CfmH2nWBDqGySa8pJDY=",
};

const BY_PASSPHRASE = {
  ...BY_FILE,
  key: {
    type: "passphrase",
    kdf: "PBKDF2-HMAC-SHA-256",
    iterations: 600_000,
    salt: "AAECAwQFBgcICQoLDA0ODw==",
  },
  ciphertext: "I1IvSlzXjwf51Hvb8vh0SkmGjqvrqNE=",
};

function ring(passphrase?: string): KeyRing {
  return new KeyRing({ passphrase: () => passphrase, keyFile: KEY });
}

async function valueOf(fields: unknown, keys: KeyRing): Promise<string> {
  const sealed = parseSealed("db", JSON.stringify(fields));
  return new TextDecoder().decode(await open(sealed, await keys.keyOf(sealed)));
}

Deno.test("open() decrypts what others encrypted in the documented format", async () => {
  assert.equal(await valueOf(BY_FILE, ring()), "hunter2");
  assert.equal(await valueOf(BY_PASSPHRASE, ring("correct horse")), "hunter2");
});

Deno.test("open() refuses another key, name, version, nonce or text", async () => {
  const changes = [
    { version: 4 },
    { nonce: "AAECAwQFBgcICQoM" },
    { ciphertext: BY_FILE.ciphertext.replace(/^./, "A") },
    { ciphertext: BY_FILE.ciphertext.slice(0, -4) },
  ];
  for (const change of changes) await assert.rejects(valueOf({ ...BY_FILE, ...change }, ring()), SecretError);
  await assert.rejects(valueOf(BY_PASSPHRASE, ring("wrong")), /the passphrase is not the one/);
  const renamed = parseSealed("other", JSON.stringify({ ...BY_FILE, name: "other" }));
  await assert.rejects(open(renamed, await importKey(KEY)), SecretError);
});

Deno.test("formatSealed() and parseSealed() go with each other", async () => {
  const { key: _, nonce: __, ciphertext: ___, ...info } = parseSealed("db", JSON.stringify(BY_PASSPHRASE));
  const value = new TextEncoder().encode("value");
  const parameters = parseSealed("db", JSON.stringify(BY_PASSPHRASE)).key;
  const sealed = await seal(info, value, { key: await importKey(KEY), parameters });
  assert.deepEqual(parseSealed("db", formatSealed(sealed)), sealed);
  assert.deepEqual(await open(sealed, await importKey(KEY)), value);
});

for (
  const [what, change] of Object.entries({
    "another name": { name: "other" },
    "a newer format": { format: 2 },
    "no version": { version: undefined },
    "no ID": { id: "x" },
    "no times": { createdAt: "yesterday" },
    "labels that are no texts": { labels: { a: 1 } },
    "an unknown cipher": { cipher: "ROT13" },
    "an unknown key": { key: { type: "hsm" } },
    "endless iterations": { key: { ...BY_PASSPHRASE.key, iterations: 1e12 } },
    "a short salt": { key: { ...BY_PASSPHRASE.key, salt: "AAAA" } },
    "a short nonce": { nonce: "AAAA" },
    "no tag": { ciphertext: "AAAA" },
    "no base64": { ciphertext: "!" },
  })
) {
  Deno.test(`parseSealed() refuses a file with ${what}`, () => {
    assert.throws(() => parseSealed("db", JSON.stringify({ ...BY_FILE, ...change })), SecretError);
  });
}
