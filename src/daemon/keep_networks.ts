/** Following what happens to the host's network, to put back what the running containers need of it. */
import { sleep } from "../base/sleep.ts";
import type { Engine } from "../engine/engine.ts";
import { hasTables } from "../engine/network/has_tables.ts";
import { linksInUse } from "../engine/network/links_in_use.ts";
import { repairNetworks } from "../engine/network/repair.ts";
import { TableMonitor } from "../linux/nftables.ts";
import { Poller, POLLIN } from "../linux/poll.ts";
import { type RouteChange, RouteMonitor } from "../linux/route/monitor.ts";
import { readState } from "../store/state.ts";

/** Whoever takes links away, or makes them, does it several at a time. */
const SETTLE_MS = 100;

export interface KeepOptions {
  log: (line: string) => void;
  signal: AbortSignal;
  /** is called at the start, and when links or addresses have come or gone */
  onChange: () => void;
}

/** Mends what is to be mended now, and from now on. Ends with the signal. */
export async function keepNetworks(engine: Engine, { log, signal, onChange }: KeepOptions): Promise<void> {
  using poller = new Poller();
  using links = new RouteMonitor();
  poller.watch(links.fd, POLLIN);
  using tables = new TableWatch(engine, poller);
  const wake = () => poller.wake();
  signal.addEventListener("abort", wake);
  await mend(engine, log);
  onChange();
  while (!signal.aborted) {
    tables.begin();
    await poller.wait();
    await sleep(SETTLE_MS, signal).catch(() => {});
    if (signal.aborted) break;
    const changes = links.drain();
    const harmed = doesHarm(engine, changes);
    if (tables.areGone() || harmed) await mend(engine, log);
    if (changes.length > 0) onChange();
  }
  signal.removeEventListener("abort", wake);
}

/**
 * Sees that somebody took the packet rules away. It begins with the first container that has any: a host where none is
 * in a network need not have nf_tables.
 */
class TableWatch implements Disposable {
  #monitor: TableMonitor | undefined;

  constructor(private readonly engine: Engine, private readonly poller: Poller) {}

  begin(): void {
    if (this.#monitor || !this.#areWanted()) return;
    this.#monitor = new TableMonitor();
    this.poller.watch(this.#monitor.fd, POLLIN);
  }

  /**
   * Whether they are missing after something happened. That a table was deleted means nothing: we do that too, in the
   * transaction that makes it again.
   */
  areGone(): boolean {
    const changes = this.#monitor?.drain() ?? [];
    return changes.length > 0 && !hasTables(this.engine.paths) && this.#areWanted();
  }

  #areWanted(): boolean {
    return linksInUse(this.engine.paths).bridges.size > 0;
  }

  [Symbol.dispose](): void {
    this.#monitor?.[Symbol.dispose]();
  }
}

async function mend(engine: Engine, log: (line: string) => void): Promise<void> {
  try {
    if (Object.keys(readState(engine.paths).networks).length === 0) return;
    const { complaints } = await repairNetworks(engine);
    for (const complaint of complaints) log(complaint);
  } catch (error) {
    log((error as Error).message);
  }
}

/** Whether something is gone that a container needs, and not because that has ended. */
function doesHarm({ paths }: Engine, changes: readonly RouteChange[]): boolean {
  if (changes.length === 0) return false;
  const { gateways, bridges, ports } = linksInUse(paths);
  return changes.some((change) => {
    if (change.what === "lost") return true;
    if (change.what === "address") return change.gone && gateways.has(change.address.address);
    if (change.what !== "link") return false;
    const { name, up, master } = change.link;
    if (bridges.has(name)) return change.gone || !up;
    return ports.has(name) && (change.gone || !up || master === undefined);
  });
}
