/** The files of an archive as a source of images. */
import { BudgieError } from "../../base/errors.ts";
import { type Digest, isDigest } from "../../../oci/digest.ts";
import type { BlobSource } from "../blob_source.ts";
import { type ManifestAnswer, MAX_MANIFEST_BYTES } from "../registry/client.ts";
import type { Spool, SpooledFile } from "./spool.ts";

const READ_BYTES = 256 * 1024;

/** Blobs are known by what they are, not by the names that the archive gives them. */
export class SpoolSource implements BlobSource {
  constructor(private readonly spool: Spool) {}

  async manifest(reference: string, what: string): Promise<ManifestAnswer> {
    if (!isDigest(reference)) throw new TypeError(`not a digest: ${reference}`);
    return { bytes: await this.smallBlob(reference, { what, maxBytes: MAX_MANIFEST_BYTES }), mediaType: "" };
  }

  async smallBlob(
    digest: Digest,
    { what, maxBytes }: { what: string; maxBytes: number },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { path, sizeBytes } = this.#find(digest, what);
    if (sizeBytes <= maxBytes) return await Deno.readFile(path);
    throw new BudgieError(`Cannot load ${what}: it is larger than the limit of ${maxBytes} bytes`);
  }

  async *blob(
    digest: Digest,
    { what, offset }: { what: string; offset: number },
  ): AsyncGenerator<Uint8Array> {
    using file = await Deno.open(this.#find(digest, what).path);
    await file.seek(offset, Deno.SeekMode.Start);
    const buffer = new Uint8Array(READ_BYTES);
    for (let count; (count = file.readSync(buffer)) !== null;) yield buffer.slice(0, count);
  }

  #find(digest: Digest, what: string): SpooledFile {
    const file = this.spool.blob(digest);
    if (file) return file;
    throw new BudgieError(`Cannot load ${what}: ${digest} is not in the archive`, {
      hint: "The archive is incomplete or damaged, or for other platforms: see --platform",
    });
  }
}
