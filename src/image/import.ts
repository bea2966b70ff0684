/** A root file system as a tar becomes an image of one layer. */
import { BudgieError, UsageError } from "../base/errors.ts";
import { shownName } from "../base/tar/byte_string.ts";
import { syncFileSystem } from "../linux/sync.ts";
import { syncFolder } from "../store/atomic_write.ts";
import type { StorePaths } from "../store/paths.ts";
import { removeFolder } from "../store/remove_folder.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import type { ExecutionConfig, ImageConfig, Manifest, Platform } from "../../oci/image.ts";
import { OCI_CONFIG, OCI_MANIFEST } from "../../oci/media_type.ts";
import { formatPlatform, hostPlatform, parsePlatform } from "../../oci/platform.ts";
import { formatReference, InvalidReferenceError, parseReference } from "../../oci/reference.ts";
import { recogniseArchive } from "./archive_format.ts";
import { findImage } from "./find.ts";
import type { StoredImage } from "./image.ts";
import { holdImages } from "./in_use.ts";
import { LayerError } from "./layer/layer_error.ts";
import type { UnpackLimits } from "./layer/limits.ts";
import { unpackLayer } from "./layer/unpack.ts";
import { publishLayer } from "./layer_store.ts";
import { blobFolder, blobPath, changeEntries, ensureLayout, readEntries, writeBlob } from "./layout.ts";
import { unpackLimits } from "./limits.ts";
import { withName } from "./name.ts";
import { isDiskFull } from "../base/disk_full.ts";
import { DiskFullError } from "./pull/disk_space.ts";
import { PartialBlob } from "./pull/partial_blob.ts";
import { cleanTemporary, makeUnpackingFolder, unpackingFolder } from "./pull/temporary.ts";
import { VerifiedStream } from "./pull/verified_stream.ts";

/** What the new image's config says, and what may be spent on making it. */
export interface ImportOptions {
  /** name or name:tag; undefined: the image has an ID only */
  reference?: string;
  cmd?: string[];
  entrypoint?: string[];
  /** `NAME=value` */
  env?: string[];
  /** `linux/arm64`; undefined: the host's */
  platform?: string;
  workdir?: string;
  user?: string;
  labels?: Record<string, string>;
  /** for the image's history */
  message?: string;
  limits?: UnpackLimits;
  signal?: AbortSignal;
}

/**
 * @param tar plain, or packed with gzip or zstd; stored as it came
 * @throws BudgieError when it is not such an archive, and InvalidReferenceError
 */
export async function importImage(
  paths: StorePaths,
  tar: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): Promise<StoredImage> {
  const name = options.reference === undefined ? undefined : imageName(options.reference);
  const platform = options.platform === undefined ? hostPlatform() : linuxPlatform(options.platform);
  ensureLayout(paths);
  readEntries(paths); // an index that is damaged is told before the archive is read
  cleanTemporary(paths);
  using _hold = await holdImages(paths, options);
  const layer = await storeLayer(paths, tar, options);
  const config = imageConfig(layer.diffID, platform, options);
  const configBytes = new TextEncoder().encode(JSON.stringify(config));
  const id = writeBlob(paths, configBytes);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: id, size: configBytes.byteLength },
    layers: [{ mediaType: layer.mediaType, digest: layer.digest, size: layer.sizeBytes }],
  };
  const manifestBytes = new TextEncoder().encode(JSON.stringify(manifest));
  writeBlob(paths, manifestBytes);
  const descriptor = {
    mediaType: OCI_MANIFEST,
    digest: digestOf(manifestBytes),
    size: manifestBytes.byteLength,
    platform,
  };
  const entry = { descriptor, id, unpackedBytes: layer.unpackedBytes };
  await changeEntries(paths, (entries) => withName(entries, name, entry), options);
  return findImage(paths, id)!;
}

function linuxPlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform.os === "linux") return platform;
  throw new UsageError(`Cannot import for ${formatPlatform(platform)}: images are for linux here`, {
    hint: "Write linux/arm64, or leave --platform away",
  });
}

function imageName(text: string): string {
  const reference = parseReference(text);
  if (reference.digest) throw new InvalidReferenceError(text, "an import cannot be given a digest");
  return formatReference(reference);
}

interface StoredLayer {
  diffID: Digest;
  digest: Digest;
  mediaType: string;
  sizeBytes: number;
  unpackedBytes: number;
}

async function storeLayer(
  paths: StorePaths,
  tar: AsyncIterable<Uint8Array>,
  { limits = unpackLimits(), signal }: ImportOptions,
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
    if (isDiskFull(error)) throw new DiskFullError("the archive", paths.data, { cause: error });
    throw error instanceof LayerError ? importError(error) : error;
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

function imageConfig(diffID: Digest, platform: Platform, options: ImportOptions): ImageConfig {
  const created = new Date().toISOString();
  const { entrypoint, cmd, env, workdir, user, labels, message = "" } = options;
  const config: ExecutionConfig = {
    ...(user ? { User: user } : {}),
    ...(env ? { Env: env } : {}),
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(cmd ? { Cmd: cmd } : {}),
    ...(workdir ? { WorkingDir: workdir } : {}),
    ...(labels ? { Labels: labels } : {}),
  };
  return {
    created,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant ? { variant: platform.variant } : {}),
    config,
    rootfs: { type: "layers", diff_ids: [diffID] },
    history: [{ created, created_by: "budgie import", ...(message ? { comment: message } : {}) }],
  };
}

function importError({ entry, reason, hint, cause }: LayerError): BudgieError {
  const subject = entry === undefined ? "the archive" : `'${shownName(entry)}' of the archive`;
  return new BudgieError(`Cannot import ${subject}: ${reason}`, { hint, cause });
}
