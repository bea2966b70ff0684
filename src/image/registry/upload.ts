/** Bringing content to a registry (OCI distribution-spec, "Push"). */
import type { Digest } from "../../../oci/digest.ts";
import type { Descriptor } from "../../../oci/image.ts";
import type { OnPullEvent } from "../progress.ts";
import type { RegistryClient } from "./client.ts";
import { RegistryError } from "./errors.ts";
import { pauseBeforeRetry, type RetryPolicy } from "./retry.ts";
import { type Answer, redirectTarget } from "./transport.ts";

/** What one request carries: that much is sent again when a connection breaks. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** A chunk may take this many times the usual silence: slow lines upload slower than they download. */
const UPLOAD_PATIENCE = 10;

/** How often to try, and who hears of it. */
export interface UploadOptions {
  /** for messages */
  what: string;
  policy: RetryPolicy;
  onEvent?: OnPullEvent;
  /** bytes that the registry has */
  onProgress?: (doneBytes: number) => void;
  signal?: AbortSignal;
}

/** Whether the repository has a blob ("Checking if content exists in the registry"). */
export async function hasRemoteBlob(
  client: RegistryClient,
  digest: Digest,
  { what, signal }: { what: string; signal?: AbortSignal },
): Promise<boolean> {
  const action = `look for ${what} at ${client.host}`;
  const request = { action, method: "HEAD", headers: {}, accept: [404], signal } as const;
  const answer = await client.request(`blobs/${digest}`, request);
  await answer.response.body?.cancel();
  return answer.response.ok;
}

/**
 * Lets the registry take a blob from another of its repositories ("Mounting a blob from another repository").
 * @returns whether it did; a registry may refuse, or not know how
 */
export async function mountBlob(
  client: RegistryClient,
  digest: Digest,
  { from, what, signal }: { from: string; what: string; signal?: AbortSignal },
): Promise<boolean> {
  const action = `mount ${what} at ${client.host}`;
  const query = new URLSearchParams({ mount: digest, from });
  try {
    const { response } = await client.request(`blobs/uploads/?${query}`, { ...post(action), signal });
    await response.body?.cancel();
    return response.status === 201;
  } catch (error) {
    signal?.throwIfAborted();
    // Whatever the reason is, the blob can still be uploaded; what stands against that is said then.
    if (error instanceof RegistryError && error.status !== undefined) return false;
    throw error;
  }
}

/** An upload under way: where its next part goes, and what the registry has. */
interface Upload {
  url: URL;
  offset: number;
}

/**
 * Sends a blob's file in parts; after a broken connection it asks the registry what arrived, and goes on there
 * ("Pushing a blob in chunks").
 * @throws RegistryError when tries without progress are used up
 */
export async function uploadBlob(
  client: RegistryClient,
  blob: Descriptor & { path: string },
  options: UploadOptions,
): Promise<void> {
  const sender = new BlobSender(client, blob, options);
  let upload: Upload | undefined;
  for (let failures = 0;;) {
    try {
      upload = upload ? await sender.resume(upload) : await sender.start();
      while (upload.offset < blob.size) {
        upload = await sender.sendPart(upload);
        failures = 0;
        options.onProgress?.(upload.offset);
      }
      return await sender.finish(upload);
    } catch (error) {
      await pauseBeforeRetry(error, ++failures, options);
    }
  }
}

class BlobSender {
  readonly #action: string;

  constructor(
    private readonly client: RegistryClient,
    private readonly blob: Descriptor & { path: string },
    private readonly options: UploadOptions,
  ) {
    this.#action = `upload ${options.what} to ${client.host}`;
  }

  async start(): Promise<Upload> {
    const answer = await this.#request("blobs/uploads/", post(this.#action));
    return { url: this.#location(answer), offset: 0 };
  }

  /** What the registry has of it; one that it has forgotten begins anew. */
  async resume({ url }: Upload): Promise<Upload> {
    const answer = await this.#request(url, { headers: {}, accept: [404] });
    if (answer.response.status === 404) return await this.start();
    return { url: this.#location(answer, url), offset: receivedBytes(answer.response) };
  }

  async sendPart({ url, offset }: Upload): Promise<Upload> {
    const part = readPart(this.blob.path, offset);
    if (part.byteLength === 0) {
      throw new RegistryError(this.#action, "its file is shorter than its manifest says");
    }
    const end = offset + part.byteLength;
    // Bytes would be sent again by `fetch` itself when the connection breaks, to a registry that may have kept half of
    // them. A Blob is sent once, so that the registry is asked first.
    const body = new Blob([part]);
    const headers = {
      "content-type": "application/octet-stream",
      "content-range": `${offset}-${end - 1}`,
    };
    const answer = await this.#request(url, { method: "PATCH", headers, body, accept: [404, 416] });
    // Forgotten, or out of step: what it has is asked for before the next try.
    if (!answer.response.ok) throw this.#lost(answer.response.status);
    const received = answer.response.headers.has("range") ? receivedBytes(answer.response) : end;
    if (received !== end) throw this.#lost(answer.response.status);
    return { url: this.#location(answer, url), offset: end };
  }

  async finish({ url }: Upload): Promise<void> {
    const target = new URL(url);
    target.searchParams.set("digest", this.blob.digest);
    const headers = { "content-type": "application/octet-stream", "content-length": "0" };
    const answer = await this.#request(target, { method: "PUT", headers, accept: [404] });
    if (!answer.response.ok) throw this.#lost(answer.response.status);
  }

  async #request(
    target: string | URL,
    request: Omit<Parameters<RegistryClient["request"]>[1], "action">,
  ): Promise<Answer> {
    const { policy, signal } = this.options;
    const stallMs = policy.stallMs * UPLOAD_PATIENCE;
    const answer = await this.client.request(target, { ...request, action: this.#action, stallMs, signal });
    await answer.response.body?.cancel();
    return answer;
  }

  #location({ url, response }: Answer, known?: URL): URL {
    const location = response.headers.get("location");
    return known && location === null ? known : redirectTarget(url, location, this.#action);
  }

  #lost(status: number): RegistryError {
    return new RegistryError(this.#action, `the registry lost a part of it (${status})`, {
      status,
      retryable: true,
    });
  }
}

/** `0-1023` is 1024 bytes; `0-0` is what registries say of none. */
function receivedBytes(response: Response): number {
  const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1] ?? 0);
  return last === 0 ? 0 : last + 1;
}

function readPart(path: string, offset: number): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path);
  file.seekSync(offset, Deno.SeekMode.Start);
  const part = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  for (let count; length < part.length && (count = file.readSync(part.subarray(length))) !== null;) {
    length += count;
  }
  return part.subarray(0, length);
}

function post(action: string) {
  return { action, method: "POST", headers: { "content-length": "0" } } as const;
}

/** Gives the content a tag, or none but its digest ("Pushing Manifests"). */
export async function putManifest(
  client: RegistryClient,
  manifest: { bytes: Uint8Array<ArrayBuffer>; mediaType: string; reference: string },
  { what, signal }: { what: string; signal?: AbortSignal },
): Promise<void> {
  const { response } = await client.request(`manifests/${manifest.reference}`, {
    action: `push ${what} to ${client.host}`,
    method: "PUT",
    headers: { "content-type": manifest.mediaType },
    body: manifest.bytes,
    signal,
  });
  await response.body?.cancel();
}
