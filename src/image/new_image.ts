/** An image that is made here: its config, its manifest, and its line in the index, in this order. */
import type { StorePaths } from "../store/paths.ts";
import { digestOf } from "../../oci/digest.ts";
import type { Descriptor, ImageConfig, Manifest } from "../../oci/image.ts";
import { OCI_CONFIG, OCI_MANIFEST } from "../../oci/media_type.ts";
import { formatReference, InvalidReferenceError, parseReference } from "../../oci/reference.ts";
import { findImage } from "./find.ts";
import { platformOf, type StoredImage } from "./image.ts";
import { noteUse } from "./last_use.ts";
import { changeEntries, writeBlob } from "./layout.ts";
import { withName } from "./name.ts";
import type { StoredLayer } from "./store_layer.ts";

/** The layers are in the store already. */
export interface NewImage {
  /** whole, as newImageName() makes it; undefined: the image has an ID only */
  name?: string;
  config: ImageConfig;
  /** lowest first, as many as the config has diffIDs */
  layers: Descriptor[];
  /** of all layers */
  unpackedBytes: number;
}

/** Makes the image, and its name mean it. For a holder of the images (in_use.ts), who has stored the layers. */
export async function addImage(
  paths: StorePaths,
  { name, config, layers, unpackedBytes }: NewImage,
  options: { signal?: AbortSignal } = {},
): Promise<StoredImage> {
  const configBytes = new TextEncoder().encode(JSON.stringify(config));
  const id = writeBlob(paths, configBytes);
  noteUse(paths, id);
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, digest: id, size: configBytes.byteLength },
    layers,
  };
  const manifestBytes = new TextEncoder().encode(JSON.stringify(manifest));
  writeBlob(paths, manifestBytes);
  const descriptor = {
    mediaType: OCI_MANIFEST,
    digest: digestOf(manifestBytes),
    size: manifestBytes.byteLength,
    platform: platformOf(config),
  };
  const entry = { descriptor, manifest: descriptor.digest, id, unpackedBytes };
  await changeEntries(paths, (entries) => withName(entries, name, entry), options);
  return findImage(paths, id)!;
}

/** What a manifest says of a layer. */
export function layerDescriptor({ mediaType, digest, sizeBytes }: StoredLayer): Descriptor {
  return { mediaType, digest, size: sizeBytes };
}

/** The whole name that a new image gets. @throws InvalidReferenceError, also for a digest, which nobody can choose */
export function newImageName(text: string): string {
  const reference = parseReference(text);
  if (reference.digest) throw new InvalidReferenceError(text, "a new image cannot be given a digest");
  return formatReference(reference);
}
