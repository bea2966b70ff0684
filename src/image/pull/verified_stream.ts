/** Bytes on their way into an extractor, counted and hashed as they pass. */
import { createHash } from "node:crypto";
import type { Digest } from "../../../oci/digest.ts";

/** Read once, by one reader; and, when that one gave up, to its end by `drain`. */
export class VerifiedStream implements AsyncIterable<Uint8Array> {
  readonly #hash = createHash("sha256");
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onBytes: (sizeBytes: number) => void;
  #sizeBytes = 0;
  #ended = false;
  /** why the source ended before its end */
  failure?: unknown;

  /** @param onBytes hears how many bytes have passed in all */
  constructor(source: AsyncIterable<Uint8Array>, onBytes: (sizeBytes: number) => void = () => {}) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onBytes = onBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Of everything that passed so far. */
  digest(): Digest {
    return `sha256:${this.#hash.copy().digest("hex")}`;
  }

  // Without `return`: a reader that stops early does not end the source, so that `drain` can go on.
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  /** Reads what nobody wants, for its digest. */
  async drain(): Promise<void> {
    while (!(await this.#next()).done);
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const result = await this.#source.next();
      if (result.done) {
        this.#ended = true;
        return { done: true, value: undefined };
      }
      this.#hash.update(result.value);
      this.#sizeBytes += result.value.byteLength;
      this.#onBytes(this.#sizeBytes);
      return result;
    } catch (error) {
      this.#ended = true;
      this.failure = error;
      throw error;
    }
  }
}
