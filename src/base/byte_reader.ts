/** Reads exact numbers of bytes from chunks of any size. What it returns may be a view of a chunk: do not change it. */
export class ByteReader implements AsyncDisposable {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #endsEarly: () => Error;
  #chunk: Uint8Array = EMPTY;
  /** of #chunk, how much is used up */
  #used = 0;

  /** @param endsEarly the error for bytes that are asked for and not there */
  constructor(chunks: AsyncIterable<Uint8Array>, endsEarly: () => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#endsEarly = endsEarly;
  }

  /** The next `length` bytes. @throws endsEarly if there are fewer */
  async readExactly(length: number): Promise<Uint8Array> {
    const bytes = await this.read(length);
    if (!bytes && length > 0) throw this.#endsEarly();
    return bytes ?? EMPTY;
  }

  /** The next `length` bytes; undefined if not one byte is left. @throws endsEarly if it ends in between */
  async read(length: number): Promise<Uint8Array | undefined> {
    if (this.#chunk.length - this.#used >= length) return this.#take(length);
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (!await this.#more()) {
        if (filled === 0) return undefined;
        throw this.#endsEarly();
      }
      const part = this.#take(Math.min(length - filled, this.#chunk.length - this.#used));
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Some of the next bytes, 1 to `most`, without a copy. @throws endsEarly if none is left */
  async readSome(most: number): Promise<Uint8Array> {
    if (!await this.#more()) throw this.#endsEarly();
    return this.#take(Math.min(most, this.#chunk.length - this.#used));
  }

  /** Passes over `length` bytes. @throws endsEarly if it ends before */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) left -= (await this.readSome(left)).length;
  }

  /** Reads to the end of the chunks, for whoever counts or hashes them. */
  async drain(): Promise<void> {
    this.#used = this.#chunk.length;
    while (await this.#more()) this.#used = this.#chunk.length;
  }

  /** Lets the source clean up, wherever reading stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }

  #take(length: number): Uint8Array {
    const start = this.#used;
    this.#used += length;
    return this.#chunk.subarray(start, this.#used);
  }

  /** Whether there is at least one byte in #chunk, after fetching the next chunk if need be. */
  async #more(): Promise<boolean> {
    while (this.#used === this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
      this.#used = 0;
    }
    return true;
  }
}

const EMPTY = new Uint8Array(0);
