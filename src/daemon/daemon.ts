/** The daemon: one process for all containers of a data directory. No container depends on its life. */
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import { sleep } from "../base/sleep.ts";
import type { Engine } from "../engine/engine.ts";
import { observe } from "../engine/observe.ts";
import type { StorePaths } from "../store/paths.ts";
import { transaction } from "../store/state.ts";
import { runningDaemon, takeDaemonLock } from "../store/daemon_lock.ts";
import { keepImages } from "./keep_images.ts";
import { keepNetworks } from "./keep_networks.ts";
import { NetworkServices } from "./network_services.ts";
import { anyNeedsCare, Supervisor } from "./supervisor.ts";

export interface DaemonOptions {
  /** leave when no container needs care any more */
  onDemand: boolean;
  version: string;
  log: (line: string) => void;
  /** ends the daemon; containers run on */
  signal: AbortSignal;
}

/** Another one is there already. */
export class DaemonRunsError extends BudgieError {
  override name = "DaemonRunsError";

  constructor(pid: number | undefined) {
    super(`Cannot start the daemon: one runs already${pid ? `, with PID ${pid}` : ""}`, {
      hint: "There is one for each data directory; 'budgie daemon stop' ends it, and containers run on",
    });
  }
}

/** A command that comes just when the daemon leaves finds it still there. */
const LINGER_MS = 1_000;

/**
 * Takes care of all containers until the signal, or until there is nothing to do.
 * @throws DaemonRunsError
 */
export async function runDaemon(engine: Engine, options: DaemonOptions): Promise<void> {
  const { paths } = engine;
  do {
    using lock = takeDaemonLock(paths, {
      pid: Deno.pid,
      startedAt: new Date().toISOString(),
      version: options.version,
      onDemand: options.onDemand,
    });
    if (!lock) throw new DaemonRunsError(runningDaemon(paths)?.pid);
    noteBoot(paths);
    await using supervisor = new Supervisor({ engine, log: options.log });
    supervisor.watch();
    supervisor.sync();
    await using services = new NetworkServices({ paths, log: options.log });
    const over = new AbortController();
    const onChange = () => services.sync();
    const keep = { log: options.log, signal: over.signal };
    const keeping = Promise.all([keepNetworks(engine, { ...keep, onChange }), keepImages(engine, keep)]);
    try {
      await untilOver(supervisor, options);
    } finally {
      over.abort();
      await keeping;
    }
    // A command that has just seen our lock relies on us: it had changed the state before.
  } while (!options.signal.aborted && anyNeedsCare(paths));
}

async function untilOver(supervisor: Supervisor, { onDemand, signal }: DaemonOptions): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  if (signal.aborted) return;
  signal.addEventListener("abort", () => aborted.resolve(), { once: true });
  while (!signal.aborted) {
    await (onDemand ? Promise.race([supervisor.idle, aborted.promise]) : aborted.promise);
    if (signal.aborted) return;
    await sleep(LINGER_MS, signal).catch(() => {});
    if (supervisor.isIdle) return;
  }
}

/** The run directory is gone after a reboot; then `always` also means what was stopped by hand. */
function noteBoot(paths: StorePaths): void {
  const marker = `${paths.run}/booted`;
  if (exists(marker)) return;
  transaction(paths, (state) => {
    for (const record of Object.values(state.containers)) {
      const { restartPolicy } = record.options;
      const wasStarted = observe(paths, record).status !== "created";
      if (restartPolicy.name === "always" && wasStarted) record.desired = "running";
    }
  });
  Deno.writeTextFileSync(marker, "");
}
