/** Where the content of images comes from: a registry with its mirrors, or an archive. */
import type { Digest } from "../../oci/digest.ts";
import type { ManifestAnswer } from "./registry/client.ts";

/** What is read from it is verified by who reads. */
export interface BlobSource {
  /** others than the registry itself are asked */
  readonly hasMirrors?: boolean;
  /** @param reference a tag or a digest */
  manifest(reference: string, what: string): Promise<ManifestAnswer>;
  /** The whole blob. */
  smallBlob(digest: Digest, options: { what: string; maxBytes: number }): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes from `offset` on; `again`: what came before was wrong, so mirrors are asked last. */
  blob(
    digest: Digest,
    options: { what: string; size: number; offset: number; again?: boolean; signal?: AbortSignal },
  ): AsyncIterable<Uint8Array>;
}
