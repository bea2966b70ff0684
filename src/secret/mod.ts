/**
 * Values that must not be read by others: encrypted on disk, and in memory for the containers that use them.
 *
 * Read `sealed.ts` (the file of one secret, docs/secrets.md) first, then `key.ts` (where the key comes from) and
 * `cipher.ts` (AES-256-GCM). `secret_store.ts` is all of them on disk: their files (`sealed_files.ts`) in one folder
 * (`generation.ts`), and the key for the next one (`sealing_key.ts`). `secret_files.ts` is those of one container, in a
 * tmpfs.
 */
export * from "./sealed.ts";
