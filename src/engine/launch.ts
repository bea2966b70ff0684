/** Starting a container that nobody watches: whoever looks after it goes on where this ends. */
import type { HostFacts } from "../bundle/host_facts.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";
import { PumpLoop } from "./stream/pump_loop.ts";
import { settleOwned } from "./settle.ts";
import { startContainer } from "./start.ts";
import { StartError } from "./start_error.ts";

export interface LaunchOptions {
  host: HostFacts;
  /** that of a process which has many containers; undefined: one for this start */
  loop?: PumpLoop;
  onWarning?: (message: string) => void;
}

/**
 * Starts the container and returns as soon as its process is there. The caller holds both locks.
 * @throws StartError when it could not be started; nothing of the attempt stays but what it says
 */
export async function launch(
  engine: Engine,
  record: ContainerRecord,
  { host, onWarning, loop: shared }: LaunchOptions,
): Promise<void> {
  const started = new AbortController();
  try {
    using own = shared ? undefined : new PumpLoop();
    const loop = shared ?? own!;
    using pump = await startContainer(engine, record, {
      loop,
      host,
      signal: started.signal,
      onStarted: () => started.abort(),
      onWarning,
    });
    await loop.add(pump);
  } catch (error) {
    await settleOwned(engine, record);
    throw error;
  }
  if (observe(engine.paths, record).startedAt !== undefined) return;
  throw new StartError(record, await settleOwned(engine, record));
}
