/** Reading answers: never more than a bound, never longer in silence than a limit. */
import { StalledError } from "./errors.ts";

/** Ends a request whose other side went silent. Armed only while we wait, not while our own disk is slow. */
export class StallGuard {
  readonly #controller = new AbortController();
  #timer?: number;

  constructor(private readonly timeoutMs: number) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for one step of the transfer. @throws StalledError when it takes too long */
  async watch<Result>(step: Promise<Result>): Promise<Result> {
    this.#timer = setTimeout(() => this.#controller.abort(new StalledError(this.timeoutMs)), this.timeoutMs);
    try {
      return await step;
    } finally {
      clearTimeout(this.#timer);
    }
  }
}

/** The chunks of a body as they come. Leaving the loop early ends the transfer. */
export async function* bodyChunks(response: Response, guard: StallGuard): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    while (true) {
      const { done, value } = await guard.watch(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // an error here repeats the one that is on its way
  }
}

/** A whole small body; undefined when it is longer than `maxBytes`. */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    parts.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}
