/** The image store: an OCI image layout (image-spec image-layout.md) that skopeo and umoci read too. */
import { BudgieError } from "../base/errors.ts";
import { exists, readTextIfThere } from "../base/optional_file.ts";
import { replaceFile, syncFolder } from "../store/atomic_write.ts";
import { waitForLock } from "../store/lock.ts";
import type { StorePaths } from "../store/paths.ts";
import { type Digest, digestOf, hexOf, isDigest } from "../../oci/digest.ts";
import type { Descriptor, ImageIndex } from "../../oci/image.ts";
import { OCI_INDEX } from "../../oci/media_type.ts";

/** image-spec annotations.md. Here the whole normalised reference, with a tag or with a digest. */
const REF_NAME = "org.opencontainers.image.ref.name";
/** Digest of the image's config: what docker calls the image ID. Entries without it are not ours. */
const IMAGE_ID = "budgie.image.id";
/** Digest of the manifest that the entry stands for on this host, where its descriptor is an index's. */
const MANIFEST = "budgie.image.manifest";
/** Bytes of all layers, unpacked. */
const UNPACKED_BYTES = "budgie.image.unpacked-bytes";

/**
 * One line of index.json. Every name of an image is an entry of its own, tags as well as
 * `name@digest`; an image without any name has one entry without `name`.
 */
export interface ImageEntry {
  /** of the manifest; or of an index whose images are all here */
  descriptor: Descriptor;
  /** the manifest that is meant: the descriptor's own, or one of the index */
  manifest: Digest;
  id: Digest;
  name?: string;
  unpackedBytes: number;
}

/** Makes an empty store where there is none yet. */
export function ensureLayout(paths: StorePaths): void {
  for (const folder of [blobFolder(paths), paths.layers, paths.temporary, paths.locks]) {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  // Other programs refuse a layout whose version they cannot read: one that was emptied is mended here.
  if (!readTextIfThere(`${paths.images}/oci-layout`)?.includes("imageLayoutVersion")) {
    replaceFile(`${paths.images}/oci-layout`, JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  }
}

/** The entries that budgie wrote; [] when there is no store yet. @throws BudgieError when it is damaged */
export function readEntries(paths: StorePaths): ImageEntry[] {
  return readIndex(paths).manifests.map(entryOf).filter((entry) => entry !== undefined);
}

/**
 * Digests of every manifest and index in the store, also of those that another program has put there.
 * @param options.except IDs of images
 */
export function manifestDigests(paths: StorePaths, options: { except?: ReadonlySet<Digest> } = {}): Digest[] {
  return readIndex(paths).manifests
    .filter((descriptor) => !options.except?.has(entryOf(descriptor)?.id as Digest))
    .map(({ digest }) => digest);
}

/** Changes the entries under the lock. What other programs have put into index.json is kept. */
export async function changeEntries(
  paths: StorePaths,
  change: (entries: ImageEntry[]) => ImageEntry[],
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  using _lock = await waitForLock(`${paths.locks}/images`, options);
  const index = readIndex(paths);
  const foreign = index.manifests.filter((descriptor) => entryOf(descriptor) === undefined);
  const entries = change(index.manifests.map(entryOf).filter((entry) => entry !== undefined));
  const manifests = [...foreign, ...entries.map(descriptorOf)];
  if (JSON.stringify(manifests) === JSON.stringify(index.manifests)) return;
  replaceFile(indexPath(paths), JSON.stringify({ ...index, mediaType: OCI_INDEX, manifests }));
}

/** Where a blob is, or would be. */
export function blobPath(paths: StorePaths, digest: Digest): string {
  return `${blobFolder(paths)}/${hexOf(digest)}`;
}

/** Whether a blob is in the store, with all its bytes; what they are is not looked at. */
export function hasBlob(paths: StorePaths, { digest, size }: { digest: Digest; size: number }): boolean {
  const path = blobPath(paths, digest);
  return exists(path) && Deno.statSync(path).size === size;
}

/** A blob of the store as JSON. @throws DamagedImageError when it is missing or damaged */
export function readJsonBlob<Content>(paths: StorePaths, digest: Digest, image: Digest): Content {
  try {
    return JSON.parse(Deno.readTextFileSync(blobPath(paths, digest)));
  } catch (cause) {
    throw new DamagedImageError(image, blobPath(paths, digest), cause as Error);
  }
}

/** A file of an image is lost or not what it was. */
export class DamagedImageError extends BudgieError {
  override name = "DamagedImageError";

  constructor(image: Digest, path: string, cause: Error) {
    const shortId = hexOf(image).slice(0, 12);
    const reason = cause instanceof Deno.errors.NotFound ? `'${path}' is missing` : cause.message;
    super(`Cannot read image ${shortId}: ${reason}`, {
      hint: `Pull it again, or remove it: budgie rmi --force ${shortId}`,
      cause,
    });
  }
}

/** Puts content into the store, byte for byte, and on the disk; a copy there that is damaged is replaced. */
export function writeBlob(paths: StorePaths, content: Uint8Array): Digest {
  const digest = digestOf(content);
  const known = hasBlob(paths, { digest, size: content.length });
  if (known && digestOf(Deno.readFileSync(blobPath(paths, digest))) === digest) return digest;
  const temporary = `${paths.temporary}/write-${crypto.randomUUID()}`;
  try {
    using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
    for (let written = 0; written < content.length;) written += file.writeSync(content.subarray(written));
    file.syncDataSync();
    Deno.renameSync(temporary, blobPath(paths, digest));
  } catch (error) {
    Deno.removeSync(temporary);
    throw error;
  }
  syncFolder(blobFolder(paths));
  return digest;
}

/** Where all blobs are, named by their hex digits. */
export function blobFolder(paths: StorePaths): string {
  return `${paths.images}/blobs/sha256`;
}

function indexPath(paths: StorePaths): string {
  return `${paths.images}/index.json`;
}

function readIndex(paths: StorePaths): ImageIndex {
  const text = readTextIfThere(indexPath(paths));
  if (text === undefined) return { schemaVersion: 2, manifests: [] };
  try {
    const index = JSON.parse(text) as ImageIndex;
    if (!index.manifests.every(({ digest }) => isDigest(digest))) throw new TypeError("not an image index");
    return index;
  } catch (cause) {
    throw new BudgieError(`Cannot read '${indexPath(paths)}': ${(cause as Error).message}`, {
      hint: "The image store is damaged: move the file away and pull the images again",
      cause,
    });
  }
}

function entryOf(descriptor: Descriptor): ImageEntry | undefined {
  const { [IMAGE_ID]: id, [UNPACKED_BYTES]: bytes, [REF_NAME]: name, [MANIFEST]: chosen } =
    descriptor.annotations ?? {};
  if (!isDigest(id)) return undefined;
  const manifest = isDigest(chosen) ? chosen : descriptor.digest;
  return { descriptor, manifest, id, name, unpackedBytes: Number(bytes) || 0 };
}

function descriptorOf({ descriptor, manifest, id, name, unpackedBytes }: ImageEntry): Descriptor {
  const { [REF_NAME]: _name, ...annotations } = descriptor.annotations ?? {};
  return {
    ...descriptor,
    annotations: {
      ...annotations,
      ...(name === undefined ? {} : { [REF_NAME]: name }),
      [IMAGE_ID]: id,
      ...(manifest === descriptor.digest ? {} : { [MANIFEST]: manifest }),
      [UNPACKED_BYTES]: String(unpackedBytes),
    },
  };
}
