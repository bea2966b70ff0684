/**
 * Images as one tar that is two formats at once, as docker's has been since version 25: an OCI image layout
 * (image-spec image-layout.md), and the `manifest.json` that docker and podman load.
 */
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import { writeTar } from "../../base/tar/writer.ts";
import type { StorePaths } from "../../store/paths.ts";
import { type Digest, hexOf } from "../../../oci/digest.ts";
import type { Descriptor, Manifest } from "../../../oci/image.ts";
import { OCI_INDEX } from "../../../oci/media_type.ts";
import { familiarReference, parseReference } from "../../../oci/reference.ts";
import { checkContent, type ImageContent, imageContent, unique } from "../content.ts";
import { findEntry } from "../find.ts";
import { recordImageEvent } from "../image_event.ts";
import { holdImages } from "../in_use.ts";
import { blobPath, ensureLayout, type ImageEntry, readEntries, readJsonBlob } from "../layout.ts";
import { isDigestName } from "../name.ts";
import { VerifiedStream } from "../pull/verified_stream.ts";
import { type ArchivedImage, CONTAINERD_NAME, REF_NAME } from "./format.ts";

/** What is saved, by name or by ID: an ID brings no name along, as in docker. */
export interface SaveOptions {
  /** takes the archive, chunk by chunk; not called when an image is missing or damaged */
  write: (chunk: Uint8Array) => void;
  signal?: AbortSignal;
}

/** @throws NotFoundError, DamagedImageError; BudgieError when a blob is not what it was, in mid-archive */
export async function saveImages(
  paths: StorePaths,
  namesOrIds: readonly string[],
  { write, signal }: SaveOptions,
): Promise<void> {
  ensureLayout(paths);
  using _hold = await holdImages(paths, { signal });
  const images = chooseImages(readEntries(paths), namesOrIds).map((chosen) => readParts(paths, chosen));
  for await (const chunk of writeTar(archiveEntries(paths, images))) {
    signal?.throwIfAborted();
    write(chunk);
  }
  for (const { entry } of images) recordImageEvent(paths, "save", { id: entry.id, name: entry.id });
}

interface ChosenImage {
  entry: ImageEntry;
  /** whole names with a tag */
  names: string[];
}

interface ImageParts extends ChosenImage {
  /** of the image for this host, which docker's format knows alone */
  manifest: Manifest;
  content: ImageContent;
}

/** Each image once, whatever number of its names was given. */
function chooseImages(entries: ImageEntry[], namesOrIds: readonly string[]): ChosenImage[] {
  const chosen = new Map<Digest, ChosenImage>();
  for (const nameOrId of namesOrIds) {
    const found = findEntry(entries, nameOrId);
    if (!found) throw new NotFoundError("image", nameOrId);
    const { entry, byId } = found;
    const image = chosen.get(entry.descriptor.digest) ?? { entry, names: [] };
    chosen.set(entry.descriptor.digest, image);
    if (byId || entry.name === undefined || isDigestName(entry.name)) continue;
    if (!image.names.includes(entry.name)) image.names.push(entry.name);
  }
  return [...chosen.values()];
}

function readParts(paths: StorePaths, chosen: ChosenImage): ImageParts {
  const { manifest, id } = chosen.entry;
  const content = imageContent(paths, chosen.entry);
  checkContent(paths, id, content);
  return { ...chosen, content, manifest: readJsonBlob<Manifest>(paths, manifest, id) };
}

function* archiveEntries(paths: StorePaths, images: ImageParts[]): Generator<TarEntry> {
  yield directory("blobs");
  yield directory("blobs/sha256");
  const blobs = images.flatMap(({ content }) => [...content.blobs, ...content.manifests]);
  for (const blob of unique(blobs)) {
    yield file(blobName(blob.digest), blob.size, () => verifiedBlob(paths, blob));
  }
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: images.flatMap(indexEntries) };
  yield jsonFile("index.json", index);
  yield jsonFile("manifest.json", images.map(archivedImage));
  yield jsonFile("oci-layout", { imageLayoutVersion: "1.0.0" });
}

/** A name is an entry of its own (image-layout.md, "index.json file"). */
function indexEntries({ entry: { descriptor }, names }: ImageParts): Descriptor[] {
  const { mediaType, digest, size, platform } = descriptor;
  const plain = { mediaType, digest, size, platform };
  if (names.length === 0) return [plain];
  return names.map((name) => ({
    ...plain,
    annotations: { [CONTAINERD_NAME]: name, [REF_NAME]: parseReference(name).tag! },
  }));
}

function archivedImage({ manifest, names }: ImageParts): ArchivedImage {
  return {
    Config: blobName(manifest.config.digest),
    RepoTags: names.map((name) => familiarReference(parseReference(name))),
    Layers: manifest.layers.map(({ digest }) => blobName(digest)),
  };
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

const READ_BYTES = 256 * 1024;

/** What leaves the store is what its name says. */
async function* verifiedBlob(paths: StorePaths, { digest }: Descriptor) {
  const stream = new VerifiedStream(fileChunks(blobPath(paths, digest)));
  let offset = 0;
  for await (const bytes of stream) {
    yield { offset, bytes };
    offset += bytes.byteLength;
  }
  if (stream.digest() === digest) return;
  throw new BudgieError(`Cannot save blob ${digest}: its file is damaged`, {
    hint: "Pull the image again",
  });
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(READ_BYTES);
  for (let count; (count = file.readSync(buffer)) !== null;) yield buffer.slice(0, count);
}

function jsonFile(name: string, content: unknown): TarEntry {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return file(name, bytes.byteLength, async function* () {
    yield await Promise.resolve({ offset: 0, bytes });
  });
}

function file(name: string, size: number, content: TarEntry["content"]): TarEntry {
  return { ...PLAIN, kind: "file", name, size, content };
}

function directory(name: string): TarEntry {
  return { ...PLAIN, kind: "directory", name, mode: 0o755 };
}

/** The same images give the same archive: nothing of the moment is in it. */
const PLAIN: Omit<TarEntry, "kind" | "name"> = {
  linkName: "",
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: { seconds: 0, nanoseconds: 0 },
  size: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: new Map(),
  async *content() {},
};
