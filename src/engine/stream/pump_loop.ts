/**
 * Moving the streams of many containers in one process, with one wait for all of them: see linux/poll.ts.
 * Each pump says what it waits for and takes its turn when that is there.
 */
import { sleep } from "../../base/sleep.ts";
import { openPipe } from "../../linux/pipe.ts";
import { Poller, type Readiness } from "../../linux/poll.ts";
import type { Workbench } from "./taken.ts";

/** What takes turns: a container's streams (pump.ts). */
export interface Pumping {
  /** Nothing more will come, or it was told to stop. */
  readonly ended: boolean;
  /** how long it can be left alone when none of its descriptors is ready; -1: for ever */
  readonly waitMs: number;
  concerns(ready: ReadonlyMap<number, Readiness>): boolean;
  /** @returns bytes that were moved */
  turn(ready: ReadonlyMap<number, Readiness>): Promise<number>;
}

const CHUNK_BYTES = 64 * 1024;
/** Of all containers in one turn. Well below a pipe's 64 KiB: whoever fills one is not to wait for us. */
const LITTLE_BYTES = 4 * 1024;

export interface PumpLoopOptions {
  /**
   * How long little output may wait for more of it, in milliseconds: many containers that print a line now and
   * then wake the process, and the disk, less often. 0 where somebody watches.
   */
  batchMs?: number;
}

export class PumpLoop implements Disposable {
  readonly poller = new Poller();
  /** for whoever has the turn */
  readonly bench: Workbench = { buffer: new Uint8Array(CHUNK_BYTES), peek: openPipe() };
  readonly #pumps = new Map<Pumping, PromiseWithResolvers<void>>();
  readonly #batchMs: number;
  #running = false;

  constructor(options: PumpLoopOptions = {}) {
    this.#batchMs = options.batchMs ?? 0;
  }

  /** Pumps until it has ended. @throws what its turn threw */
  add(pump: Pumping): Promise<void> {
    const settled = Promise.withResolvers<void>();
    this.#pumps.set(pump, settled);
    this.poller.wake();
    if (!this.#running) {
      this.#running = true;
      this.#run();
    }
    return settled.promise;
  }

  /** After all pumps have ended. */
  [Symbol.dispose](): void {
    this.bench.peek[Symbol.dispose]();
    this.poller[Symbol.dispose]();
  }

  async #run(): Promise<void> {
    let ready: ReadonlyMap<number, Readiness> = new Map();
    while (true) {
      const moved = await this.#turns(ready);
      if (this.#pumps.size === 0) break;
      if (this.#batchMs > 0 && moved > 0 && moved < LITTLE_BYTES) await sleep(this.#batchMs);
      ready = await this.poller.wait(this.#waitMs());
    }
    this.#running = false;
  }

  async #turns(ready: ReadonlyMap<number, Readiness>): Promise<number> {
    let moved = 0;
    for (const [pump, settled] of this.#pumps) {
      try {
        if (pump.concerns(ready)) moved += await pump.turn(ready);
        if (!pump.ended) continue;
        settled.resolve();
      } catch (error) {
        settled.reject(error);
      }
      this.#pumps.delete(pump);
    }
    return moved;
  }

  #waitMs(): number {
    const waits = Array.from(this.#pumps.keys(), ({ waitMs }) => waitMs).filter((ms) => ms >= 0);
    return waits.length > 0 ? Math.min(...waits) : -1;
  }
}
