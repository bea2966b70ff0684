/** The way of a resolved image into the store: its layers, its documents, and then its names. */
import { isDiskFull } from "../../base/disk_full.ts";
import { fewAtATime } from "../../base/few_at_a_time.ts";
import { formatDecimalSize } from "../../base/units.ts";
import type { StorePaths } from "../../store/paths.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { BlobSource } from "../blob_source.ts";
import { findImage } from "../find.ts";
import type { StoredImage } from "../image.ts";
import type { UnpackLimits } from "../layer/limits.ts";
import { unpackedLayerBytes } from "../layer_store.ts";
import { noteUse } from "../last_use.ts";
import { changeEntries, type ImageEntry, writeBlob } from "../layout.ts";
import { withName } from "../name.ts";
import type { OnPullEvent } from "../progress.ts";
import { DiskFullError, freeBytes } from "./disk_space.ts";
import { UnusableImageError } from "./document.ts";
import { fetchLayer, isComplete, type LayerJob } from "./fetch_layer.ts";
import type { ResolvedImage } from "./resolve.ts";
import type { WholeIndex } from "./rest_of_index.ts";

/** Where the layers come from, and what may be spent on them. */
export interface StoreImageOptions {
  source: BlobSource;
  /** for messages */
  name: string;
  /** whole names that shall mean the image; none: it has an ID only */
  names: readonly string[];
  /** the index that the image was chosen from, when the names shall mean all of it */
  whole?: WholeIndex;
  /** layers at the same time */
  parallel: number;
  limits: UnpackLimits;
  onEvent?: OnPullEvent;
  signal?: AbortSignal;
}

/** Nothing of the image can be seen before all of it is on the disk. For a holder of the images (in_use.ts). */
export async function storeImage(
  paths: StorePaths,
  image: ResolvedImage,
  options: StoreImageOptions,
): Promise<StoredImage> {
  const { whole, name, names } = options;
  await fetchLayers(paths, [...layerJobs(image, name), ...packedJobs(whole, name)], options);
  const id = writeBlob(paths, image.configBytes);
  noteUse(paths, id);
  writeBlob(paths, image.manifestBytes);
  if (whole) writeBlob(paths, whole.bytes);
  const manifest = image.descriptor.digest;
  const entry = { manifest, id, unpackedBytes: unpackedBytes(paths, image) };
  await changeEntries(paths, (entries) => {
    // An index that is here as a whole stays so, when one of its images is pulled again or chosen.
    const known = entries.find(({ descriptor }) => descriptor.digest === image.repoDigest);
    const descriptor = whole?.descriptor ?? known?.descriptor ?? image.descriptor;
    return withNames(entries, names, { ...entry, descriptor });
  }, options);
  return findImage(paths, id)!;
}

function withNames(entries: ImageEntry[], names: readonly string[], entry: ImageEntry): ImageEntry[] {
  if (names.length === 0) return withName(entries, undefined, entry);
  return names.reduce((all, name) => withName(all, name, entry), entries);
}

/** A layer that stands in the image several times is fetched once. */
function layerJobs({ manifest, config }: ResolvedImage, name: string): LayerJob[] {
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

function packedJobs(whole: WholeIndex | undefined, name: string): LayerJob[] {
  return (whole?.blobs ?? []).map((descriptor) => ({
    descriptor,
    what: `blob ${descriptor.digest} of '${name}'`,
  }));
}

/** The lowest first. */
async function fetchLayers(
  paths: StorePaths,
  jobs: LayerJob[],
  { source, parallel, onEvent, limits, signal }: StoreImageOptions,
): Promise<void> {
  checkRoom(paths, jobs, limits);
  await fewAtATime(jobs, async (job, signal) => {
    try {
      await fetchLayer(job, { paths, source, limits, onEvent, signal });
    } catch (error) {
      throw isDiskFull(error) ? new DiskFullError(job.what, paths.data, { cause: error }) : error;
    }
  }, { atATime: parallel, signal });
}

// Unpacked, a layer takes at least as much room again: a lower bound that spares a download for nothing.
function checkRoom(paths: StorePaths, jobs: LayerJob[], { reserveBytes }: UnpackLimits): void {
  const missing = jobs.filter((job) => !isComplete(paths, job));
  const sizeOf = (some: LayerJob[]) => some.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const sizeBytes = sizeOf(missing);
  const needs = sizeBytes + sizeOf(missing.filter(({ diffID }) => diffID !== undefined)) + reserveBytes;
  if (missing.length === 0 || freeBytes(paths.temporary) >= needs) return;
  throw new DiskFullError(`${missing.length} layers of ${formatDecimalSize(sizeBytes)}`, paths.data, {
    needs,
  });
}

function unpackedBytes(paths: StorePaths, { config }: ResolvedImage): number {
  return config.rootfs.diff_ids.reduce((sum, diffID) => sum + (unpackedLayerBytes(paths, diffID) ?? 0), 0);
}
