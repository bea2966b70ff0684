/** Pulling: a reference becomes a verified image of the store, with its layers unpacked. */
import type { StorePaths } from "../store/paths.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { familiarName, familiarReference, formatReference, parseReference } from "../../oci/reference.ts";
import type { StoredImage } from "./image.ts";
import { recordImageEvent } from "./image_event.ts";
import { holdImages } from "./in_use.ts";
import type { UnpackLimits } from "./layer/limits.ts";
import { unpackLimits } from "./limits.ts";
import { ensureLayout, readEntries } from "./layout.ts";
import type { OnPullEvent } from "./progress.ts";
import { resolveImage } from "./pull/resolve.ts";
import { storeManifests } from "./pull/rest_of_index.ts";
import { storeImage } from "./pull/store_image.ts";
import { cleanTemporary } from "./pull/temporary.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from "./registry/retry.ts";
import type { RegistrySettings } from "./registry/settings.ts";
import { ImageSource } from "./registry/source.ts";

/** How, from where, and within which bounds to pull. */
export interface PullOptions {
  /** `linux/arm64`; undefined: the host's */
  platform?: string;
  /** fetch the images for other platforms too, and let the name mean all of them; only the one is unpacked */
  allPlatforms?: boolean;
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
  const name = familiarReference(wanted);
  const image = await resolveImage(source, { name, reference: wanted.digest ?? wanted.tag! }, {
    platform,
    paths,
  });
  const whole = options.allPlatforms && image.index
    ? await storeManifests(paths, { index: image.index, own: image, source, name })
    : undefined;
  onEvent?.({
    kind: "resolved",
    reference: formatReference(wanted),
    manifestDigest: whole?.descriptor.digest ?? image.descriptor.digest,
    layers: [...image.manifest.layers, ...whole?.blobs ?? []].map(({ digest, size }) => ({
      digest,
      sizeBytes: size,
    })),
  });
  const byDigest = formatReference({ ...wanted, tag: undefined, digest: image.repoDigest });
  const stored = await storeImage(paths, image, {
    source,
    name,
    whole,
    names: wanted.digest ? [byDigest] : [formatReference(wanted), byDigest],
    parallel: registries.parallelDownloads,
    limits,
    onEvent,
    signal,
  });
  recordImageEvent(paths, "pull", { id: name, name: familiarName(wanted) });
  return stored;
}
