/** One layer: from the registry, through hash and extractor, to its place in the store; others stay packed. */
import type { StorePaths } from "../../store/paths.ts";
import { removeFolder } from "../../store/remove_folder.ts";
import { syncFileSystem } from "../../linux/sync.ts";
import { syncFolder } from "../../store/atomic_write.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { Descriptor } from "../../../oci/image.ts";
import { exists } from "../../base/optional_file.ts";
import { shownName } from "../../base/tar/byte_string.ts";
import type { BlobSource } from "../blob_source.ts";
import { LayerError } from "../layer/layer_error.ts";
import type { UnpackLimits } from "../layer/limits.ts";
import { type UnpackedLayer, unpackLayer } from "../layer/unpack.ts";
import { publishLayer, unpackedLayerBytes } from "../layer_store.ts";
import { blobFolder, blobPath, hasBlob } from "../layout.ts";
import type { OnPullEvent } from "../progress.ts";
import { RegistryError } from "../registry/errors.ts";
import { UnusableImageError } from "./document.ts";
import {
  ContentMismatchError,
  DiffIDMismatchError,
  DigestMismatchError,
  SizeMismatchError,
} from "../mismatch.ts";
import { PartialBlob } from "./partial_blob.ts";
import { LayerProgress } from "./progress_throttle.ts";
import { makeUnpackingFolder, unpackingFolder } from "./temporary.ts";
import { VerifiedStream } from "./verified_stream.ts";

/** After a failure of the extractor, the rest is still read up to here, to tell a bad transfer from a bad layer. */
const MAX_DRAIN_BYTES = 64 * 1024 * 1024;
const READ_BYTES = 256 * 1024;

/** One layer to fetch and unpack. */
export interface LayerJob {
  descriptor: Descriptor;
  /** undefined: it is for another machine, and stays as it comes */
  diffID?: Digest;
  /** for messages: `layer sha256:… of 'nginx:latest'` */
  what: string;
}

/** What all layers of a pull share. */
export interface FetchContext {
  paths: StorePaths;
  source: BlobSource;
  limits: UnpackLimits;
  onEvent?: OnPullEvent;
  signal: AbortSignal;
}

interface LockedContext extends FetchContext {
  progress: LayerProgress;
  /** what came before was wrong */
  again: boolean;
}

/** Whether a layer is here, packed and, where that is wanted, unpacked. */
export function isComplete(paths: StorePaths, { descriptor, diffID }: LayerJob): boolean {
  if (!hasBlob(paths, descriptor)) return false;
  return diffID === undefined || unpackedLayerBytes(paths, diffID) !== undefined;
}

/**
 * Fetches and unpacks what is missing of a layer. While another process does the same, waits for it. What
 * arrived stays for the next try when the transfer or this process ends; what is wrong is removed.
 */
export async function fetchLayer(job: LayerJob, context: FetchContext): Promise<void> {
  const { paths, onEvent, signal } = context;
  const progress = new LayerProgress(job.descriptor, onEvent);
  if (isComplete(paths, job)) return progress.phase("exists");
  using partial = await PartialBlob.open(paths, job.descriptor.digest, {
    signal,
    onWait: () => onEvent?.({ kind: "waiting", reason: `another process is fetching ${job.what}` }),
  });
  if (isComplete(paths, job)) {
    partial.remove();
    return progress.phase("exists");
  }
  await fetchWithLock(partial, job, { ...context, progress, again: false });
}

async function fetchWithLock(partial: PartialBlob, job: LayerJob, context: LockedContext): Promise<void> {
  const blob = blobPath(context.paths, job.descriptor.digest);
  // What a power cut left may have the right length and holes in it; a mirror may lie. Once more then, all of it.
  const isDoubtful = partial.sizeBytes > 0 || exists(blob) || context.source.hasMirrors;
  for (let again = false;; again = true) {
    try {
      return await fetchInto(partial, job, { ...context, again });
    } catch (error) {
      if (context.signal.aborted || error instanceof RegistryError) throw error;
      partial.empty();
      if (isDoubtful && !again && error instanceof ContentMismatchError) {
        if (exists(blob)) Deno.removeSync(blob);
        continue;
      }
      partial.remove();
      throw error;
    }
  }
}

async function fetchInto(partial: PartialBlob, job: LayerJob, context: LockedContext): Promise<void> {
  const { paths, progress } = context;
  const { digest } = job.descriptor;
  const directory = unpackingFolder(partial.path);
  const stored = hasBlob(paths, job.descriptor);
  const chunks = stored ? readChunks(blobPath(paths, digest)) : download(partial, job, context);
  const stream = new VerifiedStream(chunks, (doneBytes) => progress.bytes(doneBytes));
  try {
    const unpacked = await unpackIfMissing(stream, directory, job, context);
    await verify(stream, job);
    progress.phase("syncing");
    await syncFileSystem(paths.temporary);
    if (unpacked) publishLayer(paths, directory, unpacked);
    removeFolder(paths, directory); // before the partial blob goes: the folder belongs to who has that
    if (stored) partial.remove();
    else partial.publish(blobPath(paths, digest));
    syncFolder(paths.layers);
    syncFolder(blobFolder(paths));
    progress.phase("done");
  } catch (error) {
    removeFolder(paths, directory);
    throw error;
  } finally {
    await stream.close();
  }
}

/** Unpacks into a new folder; what is wrong with the bytes is said before what is wrong with the archive. */
async function unpackIfMissing(
  stream: VerifiedStream,
  directory: string,
  job: LayerJob,
  { paths, limits, signal }: LockedContext,
): Promise<UnpackedLayer | undefined> {
  const { descriptor: { mediaType, size }, diffID, what } = job;
  if (diffID === undefined || unpackedLayerBytes(paths, diffID) !== undefined) return undefined;
  removeFolder(paths, directory);
  makeUnpackingFolder(directory);
  let unpacked;
  try {
    unpacked = await unpackLayer(stream, { directory, mediaType, limits, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (stream.failure !== undefined) throw stream.failure;
    if (size - stream.sizeBytes <= MAX_DRAIN_BYTES) await verify(stream, job);
    throw error instanceof LayerError ? named(error, what) : error;
  }
  await verify(stream, job);
  if (unpacked.diffID !== diffID) throw new DiffIDMismatchError(what, diffID, unpacked.diffID);
  return unpacked;
}

async function verify(
  stream: VerifiedStream,
  { descriptor: { digest, size }, what }: LayerJob,
): Promise<void> {
  await stream.drain();
  if (stream.sizeBytes !== size) throw new SizeMismatchError(what, size, stream.sizeBytes);
  const found = stream.digest();
  if (found !== digest) throw new DigestMismatchError(what, digest, found);
}

/** What arrived earlier, then the rest as it arrives, written down before it is handed on. */
async function* download(
  partial: PartialBlob,
  job: LayerJob,
  context: LockedContext,
): AsyncGenerator<Uint8Array> {
  const { descriptor: { digest, size }, what } = job;
  if (partial.sizeBytes > size) partial.empty();
  yield* partial.chunks();
  const offset = partial.sizeBytes;
  const { again, signal } = context;
  for await (const chunk of context.source.blob(digest, { what, size, offset, again, signal })) {
    partial.append(chunk);
    yield chunk;
  }
}

async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(READ_BYTES);
  for (let count; (count = file.readSync(buffer)) !== null;) yield buffer.slice(0, count);
}

// The extractor does not know whose layer it unpacks.
function named(error: LayerError, what: string): UnusableImageError {
  const subject = error.entry === undefined ? what : `'${shownName(error.entry)}' of ${what}`;
  return new UnusableImageError(subject, error.reason, { hint: error.hint, cause: error });
}
