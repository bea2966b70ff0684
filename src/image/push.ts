/** Pushing: an image of the store becomes one of a registry. */
import { BudgieError } from "../base/errors.ts";
import { fewAtATime } from "../base/few_at_a_time.ts";
import type { StorePaths } from "../store/paths.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import type { Descriptor } from "../../oci/image.ts";
import {
  familiarReference,
  formatReference,
  InvalidReferenceError,
  parseReference,
  type Reference,
} from "../../oci/reference.ts";
import { checkContent, type ImageContent, imageContent } from "./content.ts";
import { recordImageEvent } from "./image_event.ts";
import { holdImages } from "./in_use.ts";
import {
  blobPath,
  changeEntries,
  DamagedImageError,
  ensureLayout,
  type ImageEntry,
  readEntries,
} from "./layout.ts";
import { repositoryOf, withName } from "./name.ts";
import type { OnPullEvent } from "./progress.ts";
import { RegistryClient } from "./registry/client.ts";
import { DEFAULT_RETRY_POLICY, retrying, type RetryPolicy } from "./registry/retry.ts";
import type { RegistrySettings } from "./registry/settings.ts";
import { Transport } from "./registry/transport.ts";
import { hasRemoteBlob, mountBlob, putManifest, uploadBlob } from "./registry/upload.ts";

/** How a blob came to the registry. */
export type PushedBy = "exists" | "mounted" | "uploaded";

/** Where to push, and who hears of it. */
export interface PushOptions {
  registries: RegistrySettings;
  /** hears of every blob when it is there */
  onBlob?: (blob: { digest: Digest; size: number; by: PushedBy; from?: string }) => void;
  /** hears of retries */
  onEvent?: OnPullEvent;
  retry?: RetryPolicy;
  signal?: AbortSignal;
}

/** What the registry has now. */
export interface PushedImage {
  tag: string;
  /** of the manifest */
  digest: Digest;
  /** bytes of the manifest */
  sizeBytes: number;
}

/**
 * Sends what the registry lacks of an image, its manifest at last, so that nobody can pull half of it; of an index
 * that is here as a whole, all images.
 * @param name a tag of the image; its registry is where it goes
 * @throws BudgieError when the store has no such name; RegistryError
 */
export async function pushImage(paths: StorePaths, name: string, options: PushOptions): Promise<PushedImage> {
  const { registries, onEvent, signal, retry: policy = DEFAULT_RETRY_POLICY } = options;
  const target = parseReference(name);
  if (target.digest) throw new InvalidReferenceError(name, "what is pushed has a tag, and no digest");
  ensureLayout(paths);
  using _hold = await holdImages(paths, { signal });
  const entries = readEntries(paths);
  const entry = entries.find((entry) => entry.name === formatReference(target));
  if (!entry) throw new NotTaggedError(familiarReference(target));
  const content = readContent(paths, entry);
  using transport = new Transport(registries);
  const { registry, repository } = target;
  const { stallMs } = policy;
  const client = new RegistryClient(registry, { repository, transport, settings: registries, stallMs });
  const sender = { paths, client, target, others: repositoriesOf(paths, entries, target), policy, options };
  await sendBlobs(content.blobs, sender);
  const { digest, size } = entry.descriptor;
  for (const manifest of content.manifests) {
    const { mediaType } = manifest;
    const bytes = Deno.readFileSync(blobPath(paths, manifest.digest));
    const isTop = manifest.digest === digest;
    const reference = isTop ? target.tag! : manifest.digest;
    const what = `the manifest ${isTop ? "" : `${manifest.digest} `}of '${familiarReference(target)}'`;
    const put = () => putManifest(client, { bytes, mediaType, reference }, { what, signal });
    await retrying(put, { what, policy, onEvent, signal });
  }
  const byDigest = formatReference({ ...target, tag: undefined, digest });
  await changeEntries(paths, (all) => withName(all, byDigest, entry), { signal });
  recordImageEvent(paths, "push", { id: familiarReference(target), name: familiarReference(target) });
  return { tag: target.tag!, digest, sizeBytes: size };
}

/** docker's words for it. */
class NotTaggedError extends BudgieError {
  override name = "NotTaggedError";

  constructor(reference: string) {
    super(`An image does not exist locally with the tag: ${reference}`, {
      hint: `Give an image this name first: budgie tag IMAGE ${reference}`,
    });
  }
}

function readContent(paths: StorePaths, entry: ImageEntry): ImageContent {
  const content = imageContent(paths, entry);
  checkContent(paths, entry.id, content);
  for (const { digest } of content.manifests) {
    if (digestOf(Deno.readFileSync(blobPath(paths, digest))) === digest) continue;
    throw new DamagedImageError(entry.id, blobPath(paths, digest), new Error("it was changed"));
  }
  return content;
}

/** By blob: repositories of the same registry that have it, as far as the images here tell. */
function repositoriesOf(
  paths: StorePaths,
  entries: ImageEntry[],
  { registry, repository }: Reference,
): Map<Digest, Set<string>> {
  const found = new Map<Digest, Set<string>>();
  for (const entry of entries) {
    if (!entry.name?.startsWith(`${registry}/`)) continue;
    const other = repositoryOf(entry.name).slice(registry.length + 1);
    if (other === repository) continue;
    for (const { digest } of blobsOf(paths, entry)) {
      found.set(digest, (found.get(digest) ?? new Set()).add(other));
    }
  }
  return found;
}

// That another image is damaged is no concern of this one's.
function blobsOf(paths: StorePaths, entry: ImageEntry): Descriptor[] {
  try {
    return imageContent(paths, entry).blobs;
  } catch (error) {
    if (error instanceof DamagedImageError) return [];
    throw error;
  }
}

interface Sender {
  paths: StorePaths;
  client: RegistryClient;
  target: Reference;
  others: Map<Digest, Set<string>>;
  policy: RetryPolicy;
  options: PushOptions;
}

async function sendBlobs(content: Descriptor[], sender: Sender): Promise<void> {
  const { registries, signal, onBlob } = sender.options;
  await fewAtATime(content, async (blob, signal) => {
    const sent = await sendBlob(blob, sender, signal);
    onBlob?.({ digest: blob.digest, size: blob.size, ...sent });
  }, { atATime: registries.parallelDownloads, signal });
}

async function sendBlob(
  blob: Descriptor,
  { paths, client, target, others, policy, options }: Sender,
  signal: AbortSignal,
): Promise<{ by: PushedBy; from?: string }> {
  const what = `blob ${blob.digest} of '${familiarReference(target)}'`;
  const retry = { what, policy, onEvent: options.onEvent, signal };
  if (await retrying(() => hasRemoteBlob(client, blob.digest, { what, signal }), retry)) {
    return { by: "exists" };
  }
  for (const from of others.get(blob.digest) ?? []) {
    const mounted = await retrying(() => mountBlob(client, blob.digest, { from, what, signal }), retry);
    if (mounted) return { by: "mounted", from };
  }
  await uploadBlob(client, { ...blob, path: blobPath(paths, blob.digest) }, retry);
  return { by: "uploaded" };
}
