/** Another platform's image out of an index that is here as a whole: no registry is asked. */
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Descriptor, ImageIndex } from "../../oci/image.ts";
import { isIndexType } from "../../oci/media_type.ts";
import { NoMatchingPlatformError, parsePlatform, selectManifest } from "../../oci/platform.ts";
import type { BlobSource } from "./blob_source.ts";
import { findEntry } from "./find.ts";
import type { StoredImage } from "./image.ts";
import { blobPath, DamagedImageError, readEntries, readJsonBlob } from "./layout.ts";
import { unpackLimits } from "./limits.ts";
import type { OnPullEvent } from "./progress.ts";
import { resolveImage } from "./pull/resolve.ts";
import { storeImage } from "./pull/store_image.ts";

/**
 * For a holder of the images (in_use.ts). The image is one of its own then, by its ID: the names go on to mean what
 * they meant.
 * @param platform as a user writes it: `linux/arm64`
 * @returns undefined when the name means no index, or one without this platform
 * @throws DamagedImageError; UnusableImageError when a layer is not what its configuration says
 */
export async function unpackPlatform(
  paths: StorePaths,
  nameOrId: string,
  options: { platform: string; onEvent?: OnPullEvent; signal?: AbortSignal },
): Promise<StoredImage | undefined> {
  const entry = findEntry(readEntries(paths), nameOrId)?.entry;
  if (!entry || !isIndexType(entry.descriptor.mediaType)) return undefined;
  const platform = parsePlatform(options.platform);
  const index = readJsonBlob<ImageIndex>(paths, entry.descriptor.digest, entry.id);
  const chosen = selectIfThere(index, platform);
  if (!chosen) return undefined;
  const source = storedBlobs(paths, entry.id);
  const image = await resolveImage(source, { name: nameOrId, reference: chosen.digest }, { platform, paths });
  return await storeImage(paths, image, {
    ...options,
    source,
    name: nameOrId,
    names: [],
    parallel: 1,
    limits: unpackLimits(),
  });
}

function selectIfThere(...choice: Parameters<typeof selectManifest>): Descriptor | undefined {
  try {
    return selectManifest(...choice);
  } catch (error) {
    if (error instanceof NoMatchingPlatformError) return undefined;
    throw error;
  }
}

/** Blobs that are whole are never asked for: those in the store come first, wherever the others are. */
function storedBlobs(paths: StorePaths, image: Digest): BlobSource {
  const lost = (digest: Digest): never => {
    throw new DamagedImageError(image, blobPath(paths, digest), new Deno.errors.NotFound());
  };
  return {
    async manifest(digest) {
      const bytes = await Deno.readFile(blobPath(paths, digest as Digest)).catch(() =>
        lost(digest as Digest)
      );
      return { bytes, mediaType: "" };
    },
    smallBlob: lost,
    blob: lost,
  };
}
