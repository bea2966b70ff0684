/** Waiting for a process to end, beside the streams of others. */
import type { Descriptor } from "../linux/file.ts";
import { type Poller, POLLIN, type Readiness } from "../linux/poll.ts";
import type { Pumping } from "./stream/pump_loop.ts";

/** Has ended when the process has, or the signal says so. */
export class EndWatch implements Pumping {
  #ended = false;

  constructor(
    private readonly pidfd: Descriptor,
    private readonly poller: Poller,
    private readonly signal?: AbortSignal,
  ) {
    poller.watch(pidfd.fd, POLLIN);
    signal?.addEventListener("abort", () => poller.wake(), { once: true });
  }

  get ended(): boolean {
    return this.#ended || this.signal?.aborted === true;
  }

  get waitMs(): number {
    return this.ended ? 0 : -1;
  }

  concerns(): boolean {
    return true;
  }

  turn(ready: ReadonlyMap<number, Readiness>): Promise<number> {
    if (ready.has(this.pidfd.fd)) this.#ended = true;
    if (this.ended) this.poller.unwatch(this.pidfd.fd);
    return Promise.resolve(0);
  }
}
