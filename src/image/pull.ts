/** Pulling: a reference becomes a verified image of the store, with its layers unpacked. */
import type { StorePaths } from "../store/paths.ts";
import { formatDecimalSize } from "../base/units.ts";
import type { Digest } from "../../oci/digest.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { familiarReference, formatReference, parseReference, type Reference } from "../../oci/reference.ts";
import { findImage } from "./find.ts";
import type { StoredImage } from "./image.ts";
import { holdImages } from "./in_use.ts";
import type { UnpackLimits } from "./layer/limits.ts";
import { unpackedLayerBytes } from "./layer_store.ts";
import { unpackLimits } from "./limits.ts";
import { changeEntries, ensureLayout, readEntries, writeBlob } from "./layout.ts";
import { withName } from "./name.ts";
import type { OnPullEvent } from "./progress.ts";
import { isDiskFull } from "../base/disk_full.ts";
import { DiskFullError, freeBytes } from "./pull/disk_space.ts";
import { UnusableImageError } from "./pull/document.ts";
import { fetchLayer, isComplete, type LayerJob } from "./pull/fetch_layer.ts";
import { type ResolvedImage, resolveImage } from "./pull/resolve.ts";
import { cleanTemporary } from "./pull/temporary.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from "./registry/retry.ts";
import type { RegistrySettings } from "./registry/settings.ts";
import { ImageSource } from "./registry/source.ts";

/** How, from where, and within which bounds to pull. */
export interface PullOptions {
  /** `linux/arm64`; undefined: the host's */
  platform?: string;
  registries: RegistrySettings;
  onEvent?: OnPullEvent;
  signal?: AbortSignal;
  /** what one layer may become */
  limits?: UnpackLimits;
  retry?: RetryPolicy;
}

/**
 * Fetches what is not here yet of an image and gives it its name. Nothing of it can be seen before all of
 * it is verified and on the disk; what arrived before a failure is used by the next pull.
 * @throws InvalidReferenceError, RegistryError, UnusableImageError, DiskFullError and others, each with a sentence
 */
export async function pullImage(
  paths: StorePaths,
  reference: string,
  options: PullOptions,
): Promise<StoredImage> {
  const { registries, onEvent, signal, retry = DEFAULT_RETRY_POLICY, limits = unpackLimits() } = options;
  const wanted = parseReference(reference);
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  ensureLayout(paths);
  readEntries(paths); // an index that is damaged is told before anything is fetched
  cleanTemporary(paths);
  using _hold = await holdImages(paths, { signal });
  using source = new ImageSource(wanted, { settings: registries, policy: retry, onEvent, signal });
  const image = await resolveImage(source, wanted, { platform, paths });
  onEvent?.({
    kind: "resolved",
    reference: formatReference(wanted),
    manifestDigest: image.descriptor.digest,
    layers: image.manifest.layers.map(({ digest, size }) => ({ digest, sizeBytes: size })),
  });
  await storeLayers(paths, layerJobs(image, wanted), { ...options, source, limits });
  return await commit(paths, image, wanted, signal);
}

/** A layer that stands in the image several times is fetched once. */
function layerJobs({ manifest, config }: ResolvedImage, reference: Reference): LayerJob[] {
  const name = familiarReference(reference);
  const jobs = new Map<Digest, LayerJob>();
  for (const [index, descriptor] of manifest.layers.entries()) {
    const diffID = config.rootfs.diff_ids[index];
    const known = jobs.get(descriptor.digest);
    if (known && known.diffID !== diffID) {
      throw new UnusableImageError(`'${name}'`, `its layer ${descriptor.digest} has two different diffIDs`);
    }
    jobs.set(descriptor.digest, { descriptor, diffID, what: `layer ${descriptor.digest} of '${name}'` });
  }
  return [...jobs.values()];
}

/** Several at a time, the lowest first; the first failure ends the others. */
async function storeLayers(
  paths: StorePaths,
  jobs: LayerJob[],
  { source, registries, onEvent, limits, signal }: PullOptions & {
    source: ImageSource;
    limits: UnpackLimits;
  },
): Promise<void> {
  checkRoom(paths, jobs, limits);
  const failed = new AbortController();
  const context = {
    paths,
    source,
    limits,
    onEvent,
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
  };
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) {
      try {
        await fetchLayer(job, context);
      } catch (error) {
        const full = isDiskFull(error);
        failed.abort(full ? new DiskFullError(job.what, paths.data, { cause: error }) : error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: registries.parallelDownloads }, worker));
  context.signal.throwIfAborted();
}

// Unpacked, a layer takes at least as much room again: a lower bound that spares a download for nothing.
function checkRoom(paths: StorePaths, jobs: LayerJob[], { reserveBytes }: UnpackLimits): void {
  const missing = jobs.filter((job) => !isComplete(paths, job));
  const sizeBytes = missing.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const needs = 2 * sizeBytes + reserveBytes;
  if (missing.length === 0 || freeBytes(paths.temporary) >= needs) return;
  throw new DiskFullError(`${missing.length} layers of ${formatDecimalSize(sizeBytes)}`, paths.data, {
    needs,
  });
}

async function commit(
  paths: StorePaths,
  image: ResolvedImage,
  reference: Reference,
  signal?: AbortSignal,
): Promise<StoredImage> {
  const id = writeBlob(paths, image.configBytes);
  writeBlob(paths, image.manifestBytes);
  const entry = { descriptor: image.descriptor, id, unpackedBytes: unpackedBytes(paths, image) };
  const byDigest = formatReference({ ...reference, tag: undefined, digest: image.repoDigest });
  await changeEntries(paths, (entries) => {
    const tagged = reference.digest ? entries : withName(entries, formatReference(reference), entry);
    return withName(tagged, byDigest, entry);
  }, { signal });
  return findImage(paths, id)!;
}

function unpackedBytes(paths: StorePaths, { config }: ResolvedImage): number {
  return config.rootfs.diff_ids.reduce((sum, diffID) => sum + (unpackedLayerBytes(paths, diffID) ?? 0), 0);
}
