import type { ByteReader } from "../byte_reader.ts";
import type { TarData } from "./entry.ts";
import { padding } from "./header.ts";
import type { Extent } from "./sparse.ts";

/** The stored bytes of one member, handed out with their places or passed over. */
export class StoredContent {
  readonly #bytes: ByteReader;
  readonly #extents: Extent[];
  readonly #padding: number;
  /** stored bytes that nobody has read yet */
  #left: number;

  constructor(bytes: ByteReader, storedBytes: number, extents: Extent[]) {
    this.#bytes = bytes;
    this.#extents = extents;
    this.#left = storedBytes;
    this.#padding = padding(storedBytes);
  }

  async *read(): AsyncGenerator<TarData, void, void> {
    for (const { offset, length } of this.#extents) {
      for (let done = 0; done < length;) {
        const bytes = await this.#bytes.readSome(length - done);
        this.#left -= bytes.length;
        yield { offset: offset + done, bytes };
        done += bytes.length;
      }
    }
  }

  skipRest(): Promise<void> {
    return this.#bytes.skip(this.#left + this.#padding);
  }
}
