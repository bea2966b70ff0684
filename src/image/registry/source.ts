/** Where an image can be had: the mirrors of its registry first, then the registry itself. */
import { type Digest, isDigest } from "../../../oci/digest.ts";
import type { Reference } from "../../../oci/reference.ts";
import type { BlobSource } from "../blob_source.ts";
import type { OnPullEvent } from "../progress.ts";
import { ContentMismatchError, SizeMismatchError, verifyDigest } from "../mismatch.ts";
import { type BlobAnswer, type ManifestAnswer, RegistryClient } from "./client.ts";
import { RegistryError } from "./errors.ts";
import { pauseBeforeRetry, retrying, type RetryPolicy } from "./retry.ts";
import type { RegistrySettings } from "./settings.ts";
import { Transport } from "./transport.ts";

/** A connection that brought less than this counts as a failed try; more, and the count starts again. */
const PROGRESS_BYTES = 1024 * 1024;

/** How to reach the registries, and how often to try. */
export interface SourceOptions {
  settings: RegistrySettings;
  policy: RetryPolicy;
  onEvent?: OnPullEvent;
  signal?: AbortSignal;
}

/** Reads one repository, with retries; owns its connections until it is disposed. */
export class ImageSource implements BlobSource, Disposable {
  readonly #transport: Transport;
  /** the mirrors, then the registry */
  readonly #clients: RegistryClient[];

  constructor(reference: Reference, private readonly options: SourceOptions) {
    const { settings, policy } = options;
    this.#transport = new Transport(settings);
    const shared = {
      repository: reference.repository,
      transport: this.#transport,
      settings,
      stallMs: policy.stallMs,
    };
    const registries = [...(settings.mirrors[reference.registry] ?? []), reference.registry];
    this.#clients = registries.map((registry) => new RegistryClient(registry, shared));
  }

  get hasMirrors(): boolean {
    return this.#clients.length > 1;
  }

  /** @param reference a tag or a digest */
  manifest(reference: string, what: string): Promise<ManifestAnswer> {
    const { signal } = this.options;
    return this.#fromFirst(what, async (client) => {
      const answer = await client.manifest(reference, { what, signal });
      if (isDigest(reference)) verifyDigest(answer.bytes, reference, what);
      return answer;
    });
  }

  smallBlob(digest: Digest, options: { what: string; maxBytes: number }): Promise<Uint8Array<ArrayBuffer>> {
    const { signal } = this.options;
    return this.#fromFirst(options.what, async (client) => {
      const bytes = await client.smallBlob(digest, { ...options, signal });
      verifyDigest(bytes, digest, options.what);
      return bytes;
    });
  }

  /**
   * The bytes of a blob from `offset` on, through any number of broken connections: each goes on where the
   * last one ended. Exactly up to `size`, never more; what they are is for the reader to verify.
   * @throws RegistryError when tries without progress are used up, SizeMismatchError when there are more bytes
   */
  async *blob(
    digest: Digest,
    options: { what: string; size: number; offset: number; again?: boolean; signal?: AbortSignal },
  ): AsyncGenerator<Uint8Array> {
    const clients = options.again ? this.#clients.toReversed() : [...this.#clients];
    const retry = { ...this.options, what: options.what, signal: options.signal };
    let { offset } = options;
    let failures = 0;
    let failedAt = offset;
    while (offset < options.size) {
      try {
        const answer = await clients[0].blob(digest, { ...options, offset });
        for await (const chunk of missingPart(answer, offset)) {
          offset += chunk.byteLength;
          if (offset > options.size) throw new SizeMismatchError(options.what, options.size, offset);
          yield chunk;
        }
        if (offset < options.size) throw cutShort(options.what, offset, options.size);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (offset - failedAt >= PROGRESS_BYTES) failures = 0;
        failedAt = offset;
        if (clients.length > 1 && error instanceof RegistryError) clients.shift();
        else if (isPastEnd(error)) throw new SizeMismatchError(options.what, options.size, offset);
        else await pauseBeforeRetry(error, ++failures, retry);
      }
    }
  }

  /** A mirror that fails in any way is passed over; only the registry itself is tried again. */
  async #fromFirst<Result>(what: string, ask: (client: RegistryClient) => Promise<Result>): Promise<Result> {
    const { onEvent, signal } = this.options;
    const registry = this.#clients.at(-1)!;
    for (const mirror of this.#clients.slice(0, -1)) {
      try {
        return await ask(mirror);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof RegistryError || error instanceof ContentMismatchError)) throw error;
        onEvent?.({ kind: "retry", what: `${what} elsewhere`, reason: error.message, delayMs: 0 });
      }
    }
    return await retrying(() => ask(registry), { ...this.options, what });
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }
}

/** Skips what is here already, when a registry starts from the beginning instead of where it was asked to. */
async function* missingPart({ offset, chunks }: BlobAnswer, wanted: number): AsyncGenerator<Uint8Array> {
  let skip = wanted - offset;
  for await (const chunk of chunks) {
    if (skip < chunk.byteLength) yield chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.byteLength);
  }
}

/** Range Not Satisfiable (RFC 9110 §15.5.17): what was taken for a part was all there is. */
function isPastEnd(error: unknown): boolean {
  return error instanceof RegistryError && error.status === 416;
}

function cutShort(what: string, received: number, size: number): RegistryError {
  return new RegistryError(`fetch ${what}`, `it ended after ${received} of ${size} bytes`, {
    retryable: true,
    hint: "What arrived is kept: pull again to go on from there",
  });
}
