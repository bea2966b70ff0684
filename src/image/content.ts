/** All that an image of the store consists of, for those who hand it on. */
import type { StorePaths } from "../store/paths.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Descriptor, ImageIndex, Manifest } from "../../oci/image.ts";
import { isIndexType, isNonDistributable } from "../../oci/media_type.ts";
import { blobPath, DamagedImageError, hasBlob, type ImageEntry, readJsonBlob } from "./layout.ts";

/** Each thing once. */
export interface ImageContent {
  /** layers and configurations */
  blobs: Descriptor[];
  /** of an index that is here as a whole all its manifests; at last, what the image's names mean */
  manifests: Descriptor[];
}

/** @throws DamagedImageError when a manifest can't be read */
export function imageContent(paths: StorePaths, { descriptor, id }: ImageEntry): ImageContent {
  const images = isIndexType(descriptor.mediaType)
    ? readJsonBlob<ImageIndex>(paths, descriptor.digest, id).manifests
    : [descriptor];
  const blobs = images.flatMap(({ digest }) => {
    const { layers, config } = readJsonBlob<Manifest>(paths, digest, id);
    return [
      ...layers.filter((layer) => !isNonDistributable(layer.mediaType) || hasBlob(paths, layer)),
      config,
    ];
  });
  return { blobs: unique(blobs), manifests: unique([...images, descriptor]) };
}

/** @throws DamagedImageError when a part of it is missing or has lost bytes */
export function checkContent(paths: StorePaths, id: Digest, { blobs, manifests }: ImageContent): void {
  const lost = [...blobs, ...manifests].find((blob) => !hasBlob(paths, blob));
  if (lost) throw new DamagedImageError(id, blobPath(paths, lost.digest), new Deno.errors.NotFound());
}

/** Each digest once. */
export function unique(descriptors: Descriptor[]): Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}
