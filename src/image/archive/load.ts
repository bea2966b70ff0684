/** Images out of an archive: docker's format, an OCI image layout, or both at once; plain or compressed. */
import { isDiskFull } from "../../base/disk_full.ts";
import { BudgieError } from "../../base/errors.ts";
import { TarError } from "../../base/tar/tar_error.ts";
import type { StorePaths } from "../../store/paths.ts";
import { removeFolder } from "../../store/remove_folder.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { Descriptor, ImageIndex } from "../../../oci/image.ts";
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from "../../../oci/media_type.ts";
import { parsePlatform } from "../../../oci/platform.ts";
import { formatReference, InvalidReferenceError, parseReference } from "../../../oci/reference.ts";
import { recogniseArchive } from "../archive_format.ts";
import type { StoredImage } from "../image.ts";
import { recordImageEvent } from "../image_event.ts";
import { holdImages } from "../in_use.ts";
import { compressionOf, detectCompression, layerMediaType } from "../layer/compression.ts";
import { decompress } from "../layer/decompress.ts";
import { LayerError } from "../layer/layer_error.ts";
import type { UnpackLimits } from "../layer/limits.ts";
import { ensureLayout, readEntries } from "../layout.ts";
import { unpackLimits } from "../limits.ts";
import type { OnPullEvent } from "../progress.ts";
import { DiskFullError } from "../pull/disk_space.ts";
import { parseDocument, UnusableImageError } from "../pull/document.ts";
import { PartialBlob } from "../pull/partial_blob.ts";
import { resolveImage } from "../pull/resolve.ts";
import { storeImage } from "../pull/store_image.ts";
import { cleanTemporary, makeUnpackingFolder, unpackingFolder } from "../pull/temporary.ts";
import { type ArchivedImage, CONTAINERD_NAME, REF_NAME } from "./format.ts";
import { Spool } from "./spool.ts";
import { SpoolSource } from "./spool_source.ts";

/** How to load, and within which bounds. */
export interface LoadOptions {
  /** `linux/arm64`, of images for several; undefined: the host's */
  platform?: string;
  limits?: UnpackLimits;
  onEvent?: OnPullEvent;
  signal?: AbortSignal;
}

/** An image, and those of its names that the archive has given it. */
export interface LoadedImage {
  image: StoredImage;
  /** whole, with a tag */
  names: string[];
}

/**
 * All images of the archive, verified as if they came from a registry. Of an archive with a bad image, those before
 * it are loaded.
 * @throws BudgieError when it is no archive of images; UnusableImageError and others
 */
export async function loadImages(
  paths: StorePaths,
  archive: AsyncIterable<Uint8Array>,
  options: LoadOptions = {},
): Promise<LoadedImage[]> {
  const { limits = unpackLimits(), signal } = options;
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  ensureLayout(paths);
  readEntries(paths); // an index that is damaged is told before the archive is read
  cleanTemporary(paths);
  using _hold = await holdImages(paths, { signal });
  using owner = PartialBlob.create(paths); // its lock says that the folder is in use
  const directory = unpackingFolder(owner.path);
  try {
    makeUnpackingFolder(directory);
    const spool = await readArchive(archive, directory, signal);
    const source = new SpoolSource(spool);
    const loaded: LoadedImage[] = [];
    for (const { digest, names } of imagesOf(spool)) {
      const name = names[0] ?? digest;
      const resolved = await resolveImage(source, { name, reference: digest }, { platform, paths });
      options.onEvent?.({
        kind: "resolved",
        reference: name,
        manifestDigest: resolved.descriptor.digest,
        layers: resolved.manifest.layers.map(({ digest, size }) => ({ digest, sizeBytes: size })),
      });
      const image = await storeImage(paths, resolved, {
        ...options,
        source,
        name,
        names,
        parallel: 1,
        limits,
      });
      recordImageEvent(paths, "load", { id: image.id, name });
      loaded.push({ image, names });
    }
    return loaded;
  } catch (error) {
    throw isDiskFull(error) ? new DiskFullError("the archive", paths.data, { cause: error }) : error;
  } finally {
    removeFolder(paths, directory);
    owner.remove();
  }
}

async function readArchive(
  archive: AsyncIterable<Uint8Array>,
  directory: string,
  signal?: AbortSignal,
): Promise<Spool> {
  try {
    const { mediaType, chunks } = await recogniseArchive(archive, "load");
    return await Spool.read(decompress(chunks, compressionOf(mediaType)), { directory, signal });
  } catch (error) {
    if (!(error instanceof TarError || error instanceof LayerError)) throw error;
    const reason = error instanceof LayerError ? error.reason : error.message;
    throw new BudgieError(`Cannot load the archive: ${reason}`, { cause: error });
  }
}

interface FoundImage {
  /** of its manifest or index */
  digest: Digest;
  names: string[];
}

function imagesOf(spool: Spool): FoundImage[] {
  const found = spool.file("index.json") ? imagesOfLayout(spool) : imagesOfDocker(spool);
  if (found.length > 0) return found;
  throw new BudgieError("Cannot load the archive: there is no image in it", {
    hint: "A root file system becomes an image with 'budgie import'",
  });
}

function imagesOfLayout(spool: Spool): FoundImage[] {
  const document = parseDocument(readSmall(spool, "index.json"), OCI_INDEX, "the archive");
  const { manifests } = (document as { index: ImageIndex }).index;
  const names = new Map<Digest, string[]>();
  for (const descriptor of manifests) {
    const known = names.get(descriptor.digest) ?? [];
    names.set(descriptor.digest, [...known, ...namesOfEntry(descriptor)]);
  }
  return Array.from(names, ([digest, own]) => ({ digest, names: [...new Set(own)] }));
}

/** A word alone is a tag, and says nothing of which image. */
function namesOfEntry({ annotations = {} }: Descriptor): string[] {
  const text = annotations[CONTAINERD_NAME] ?? annotations[REF_NAME];
  return typeof text === "string" && /[:/]/.test(text) ? wholeNames([text]) : [];
}

function wholeNames(texts: readonly unknown[]): string[] {
  return texts.flatMap((text) => {
    try {
      const reference = parseReference(String(text));
      return reference.digest ? [] : [formatReference(reference)];
    } catch (error) {
      if (error instanceof InvalidReferenceError) return []; // the image is of use without it
      throw error;
    }
  });
}

function imagesOfDocker(spool: Spool): FoundImage[] {
  if (!spool.file("manifest.json")) return [];
  const images = parseJson(readSmall(spool, "manifest.json"));
  if (!Array.isArray(images)) throw badManifest("it is no list");
  return images.map((image) => {
    if (!isArchivedImage(image)) throw badManifest("it lacks Config or Layers");
    return { digest: addManifest(spool, image), names: wholeNames(image.RepoTags ?? []) };
  });
}

/** docker's format has no manifest: the one that a registry would have is made. */
function addManifest(spool: Spool, { Config, Layers }: ArchivedImage): Digest {
  const describe = (name: string, mediaType: (path: string) => string): Descriptor => {
    const file = spool.file(name);
    if (!file) throw badManifest(`its file '${name.slice(0, 200)}' is missing`);
    return { mediaType: mediaType(file.path), digest: file.digest, size: file.sizeBytes };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: describe(Config, () => OCI_CONFIG),
    layers: Layers.map((name) => describe(name, mediaTypeOf)),
  };
  return spool.addBytes(new TextEncoder().encode(JSON.stringify(manifest))).digest;
}

function mediaTypeOf(path: string): string {
  using file = Deno.openSync(path);
  const start = new Uint8Array(4);
  file.readSync(start);
  return layerMediaType(detectCompression(start));
}

/** An index or a manifest.json: small, or a mistake. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

function readSmall(spool: Spool, name: string): Uint8Array {
  const { path, sizeBytes } = spool.file(name)!;
  if (sizeBytes <= MAX_DOCUMENT_BYTES) return Deno.readFileSync(path);
  throw new BudgieError(`Cannot load the archive: its ${name} is larger than ${MAX_DOCUMENT_BYTES} bytes`);
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    throw badManifest("it is not JSON");
  }
}

function isArchivedImage(value: unknown): value is ArchivedImage {
  const { Config, Layers, RepoTags } = (value ?? {}) as Partial<ArchivedImage>;
  return typeof Config === "string" && Array.isArray(Layers) &&
    Layers.every((name) => typeof name === "string") && Array.isArray(RepoTags ?? []);
}

function badManifest(reason: string): UnusableImageError {
  return new UnusableImageError("the archive's manifest.json", reason);
}
