/** Content addresses (OCI image-spec descriptor.md, "Digests"). */
import { createHash } from "node:crypto";

/** `sha256:` and 64 lower-case hex digits: the one algorithm that budgie stores and accepts. */
export type Digest = `sha256:${string}`;

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Whether `text` is a digest that can be used as it is, also as a file name. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && SHA256.test(text);
}

/** The 64 hex digits behind the algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/** The digest of bytes, or of text as UTF-8. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
