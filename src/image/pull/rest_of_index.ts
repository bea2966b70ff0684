/** What an index names beside the image for this machine: fetched and verified, and kept packed. */
import type { StorePaths } from "../../store/paths.ts";
import { digestOf } from "../../../oci/digest.ts";
import type { Descriptor } from "../../../oci/image.ts";
import { isNonDistributable } from "../../../oci/media_type.ts";
import type { BlobSource } from "../blob_source.ts";
import { writeBlob } from "../layout.ts";
import { parseBlobs, parseJson, UnusableImageError } from "./document.ts";
import { fetchManifest, type FoundIndex, NESTED, type ResolvedImage } from "./resolve.ts";

/** An index all of whose manifests are in the store. */
export interface WholeIndex {
  descriptor: Descriptor;
  bytes: Uint8Array;
  /** configurations and layers that the image for this machine does not have, each once; still to be fetched */
  blobs: Descriptor[];
}

/**
 * Stores all manifests of an index, for a holder of the images (in_use.ts): images for other platforms, and what
 * belongs to images, such as attestations.
 * @throws UnusableImageError, also for an index with an entry that can't be read: without that it would not be whole
 */
export async function storeManifests(
  paths: StorePaths,
  { index: { index, bytes, mediaType }, own, source, name }: {
    index: FoundIndex;
    /** the image for this machine */
    own: ResolvedImage;
    source: BlobSource;
    name: string;
  },
): Promise<WholeIndex> {
  const listed: unknown = parseJson(bytes, "index", `'${name}'`).manifests;
  if ((listed as unknown[]).length !== index.manifests.length) {
    throw new UnusableImageError(
      `all platforms of '${name}'`,
      "its index has an entry that budgie cannot read",
      {
        hint: "Leave --all-platforms away to have the image for this machine",
      },
    );
  }
  // By size too: who gives two for one digest lies about one of them, which shows when that one is fetched.
  const blobs = new Map<string, Descriptor>();
  const keyOf = ({ digest, size }: Descriptor) => `${digest} ${size}`;
  for (const manifest of new Map(index.manifests.map((one) => [one.digest, one])).values()) {
    if (manifest.digest === own.descriptor.digest) continue;
    const content = await fetchManifest(source, manifest, { paths, name });
    for (const blob of blobsOf(content, `the manifest ${manifest.digest} of '${name}'`)) {
      blobs.set(keyOf(blob), blob);
    }
    writeBlob(paths, content);
  }
  for (const blob of [own.manifest.config, ...own.manifest.layers]) blobs.delete(keyOf(blob));
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
  return { descriptor, bytes, blobs: [...blobs.values()] };
}

function blobsOf(content: Uint8Array, what: string): Descriptor[] {
  const json = parseJson(content, "manifest", what);
  if ("manifests" in json) throw new UnusableImageError(what, NESTED);
  const { config, layers } = parseBlobs(json, what);
  return [...layers.filter(({ mediaType }) => !isNonDistributable(mediaType)), config];
}
