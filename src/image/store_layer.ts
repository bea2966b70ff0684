/** A layer that nobody announced: stored as it comes, unpacked, and known by its digests afterwards. */
import { isDiskFull } from "../base/disk_full.ts";
import { syncFileSystem } from "../linux/sync.ts";
import { syncFolder } from "../store/atomic_write.ts";
import type { StorePaths } from "../store/paths.ts";
import { removeFolder } from "../store/remove_folder.ts";
import type { Digest } from "../../oci/digest.ts";
import { recogniseArchive } from "./archive_format.ts";
import type { UnpackLimits } from "./layer/limits.ts";
import { unpackLayer } from "./layer/unpack.ts";
import { publishLayer } from "./layer_store.ts";
import { blobFolder, blobPath } from "./layout.ts";
import { DiskFullError } from "./pull/disk_space.ts";
import { PartialBlob } from "./pull/partial_blob.ts";
import { makeUnpackingFolder, unpackingFolder } from "./pull/temporary.ts";
import { VerifiedStream } from "./pull/verified_stream.ts";

/** What a manifest and a config say of a layer that is here. */
export interface StoredLayer {
  diffID: Digest;
  digest: Digest;
  mediaType: string;
  sizeBytes: number;
  unpackedBytes: number;
}

/**
 * For a holder of the images (in_use.ts). When it returns, the layer and its blob are on the disk, and no image has
 * them yet; when it throws, nothing is left.
 *
 * @param tar plain, or packed with gzip or zstd; stored as it came
 * @param options.what the tar is, in errors: "the archive"
 * @throws LayerError about the archive; DiskFullError; what `tar` throws
 */
export async function storeLayer(
  paths: StorePaths,
  tar: AsyncIterable<Uint8Array>,
  { what, limits, signal }: { what: string; limits: UnpackLimits; signal?: AbortSignal },
): Promise<StoredLayer> {
  using partial = PartialBlob.create(paths);
  const directory = unpackingFolder(partial.path);
  const stream = new VerifiedStream(writtenDown(tar, partial));
  try {
    makeUnpackingFolder(directory);
    const { mediaType, chunks } = await recogniseArchive(stream);
    const unpacked = await unpackLayer(chunks, { directory, mediaType, limits, signal });
    await stream.drain();
    await syncFileSystem(paths.temporary);
    publishLayer(paths, directory, unpacked);
    const digest = stream.digest();
    partial.publish(blobPath(paths, digest));
    syncFolder(paths.layers);
    syncFolder(blobFolder(paths));
    return { ...unpacked, digest, mediaType, sizeBytes: stream.sizeBytes };
  } catch (error) {
    partial.remove();
    signal?.throwIfAborted();
    if (stream.failure !== undefined && !isDiskFull(error)) throw stream.failure;
    if (isDiskFull(error)) throw new DiskFullError(what, paths.data, { cause: error });
    throw error;
  } finally {
    await stream.close();
    removeFolder(paths, directory);
  }
}

async function* writtenDown(
  tar: AsyncIterable<Uint8Array>,
  partial: PartialBlob,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of tar) {
    partial.append(chunk);
    yield chunk;
  }
}
