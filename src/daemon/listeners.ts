/** What is open because somebody wants it: made to be what is wanted now, again and again. */

export interface ListenersOptions<Wanted> {
  open: (wanted: Wanted) => Promise<AsyncDisposable>;
  /** a sentence about one that can't be opened */
  complaint: (wanted: Wanted, error: Error) => string;
  log: (line: string) => void;
  /** milliseconds of a clock that nobody sets */
  now?: () => number;
}

/** An address comes a moment after its network, and whoever had the port before us may be just leaving. */
const PATIENCE_MS = 2_000;

export class Listeners<Wanted> implements AsyncDisposable {
  readonly #open = new Map<string, AsyncDisposable>();
  readonly #failing = new Map<string, { since: number; said: boolean }>();
  readonly #now: () => number;

  constructor(private readonly options: ListenersOptions<Wanted>) {
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Closes what is not wanted any more, and opens what is not open yet. One call at a time.
   * @returns false when something could not be opened
   */
  async sync(wanted: ReadonlyMap<string, Wanted>): Promise<boolean> {
    for (const key of this.#failing.keys()) if (!wanted.has(key)) this.#failing.delete(key);
    const unwanted = [...this.#open].filter(([key]) => !wanted.has(key));
    for (const [key] of unwanted) this.#open.delete(key);
    await Promise.all(unwanted.map(([, listener]) => listener[Symbol.asyncDispose]()));
    const missing = [...wanted].filter(([key]) => !this.#open.has(key));
    const opened = await Promise.all(missing.map(([key, one]) => this.#tryToOpen(key, one)));
    return opened.every(Boolean);
  }

  async #tryToOpen(key: string, wanted: Wanted): Promise<boolean> {
    try {
      this.#open.set(key, await this.options.open(wanted));
      this.#failing.delete(key);
      return true;
    } catch (error) {
      const failing = this.#failing.get(key) ?? { since: this.#now(), said: false };
      this.#failing.set(key, failing);
      if (!failing.said && this.#now() - failing.since >= PATIENCE_MS) {
        failing.said = true;
        this.options.log(this.options.complaint(wanted, error as Error));
      }
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sync(new Map());
  }
}
