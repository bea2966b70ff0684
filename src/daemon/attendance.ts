/** A running container in the daemon's care, from the moment it is seen until its end. */
import { stackOf } from "../base/failures.ts";
import { parseSignal } from "../base/signals.ts";
import { within } from "../base/within.ts";
import { isFrozen } from "../engine/cgroup/cgroup.ts";
import type { Engine } from "../engine/engine.ts";
import { type Healthcheck, healthcheckOf } from "../engine/policy/healthcheck.ts";
import { refreshBalance } from "../engine/network/balance.ts";
import { probeInContainer } from "../engine/exec/probe.ts";
import { signalInit } from "../engine/process.ts";
import type { PumpLoop } from "../engine/stream/pump_loop.ts";
import { pumpToEnd } from "../engine/settle.ts";
import { stopSignalOf, stopTimeoutByDefault, wantStopped } from "../engine/stop.ts";
import { thaw } from "../engine/thaw.ts";
import type { ContainerView } from "../engine/view.ts";
import { processStartMs, uptimeMs } from "../linux/process_age.ts";
import type { ContainerRecord } from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import type { Health } from "../store/supervision.ts";
import { watchHealth } from "./health/checker.ts";
import { probeFor } from "./health/probe.ts";
import type { Told } from "./told.ts";

export interface AttendanceContext {
  engine: Engine;
  loop: PumpLoop;
  log: (line: string) => void;
}

export class Attendance {
  /** milliseconds from the boot of the host to the start of the process */
  readonly startedMs: number;
  /** it was ended because its health check says that it does not work */
  endedAsUnhealthy = false;
  /** it was ended to be started again, whatever its policy says */
  endedToRestart = false;
  readonly #leaving = new AbortController();
  #pumped: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: AttendanceContext,
    private readonly record: ContainerRecord,
    private readonly view: ContainerView,
    private readonly told: Told,
  ) {
    this.startedMs = processStartMs(view.pid) ?? uptimeMs();
  }

  /** Drains its output and probes its health until it has ended, or leave(). The caller holds the pump lock. */
  async untilEnd(): Promise<"ended" | "left"> {
    const { engine, loop, log } = this.context;
    const over = new AbortController();
    const health = this.#watchHealth(over.signal).catch((error) => log(stackOf(error)));
    const onWarning = (message: string) => log(`${this.record.name}: ${message}`);
    this.#pumped = pumpToEnd(engine, this.record, { loop, signal: this.#leaving.signal, onWarning });
    try {
      await this.#pumped;
    } finally {
      over.abort();
      await health;
    }
    return this.#leaving.signal.aborted ? "left" : "ended";
  }

  /** Milliseconds by a clock that never steps. */
  get ranForMs(): number {
    return uptimeMs() - this.startedMs;
  }

  /** Leaves it as it is. */
  leave(): void {
    this.#leaving.abort();
  }

  /** Ends it, for it to be started again. */
  restart(): void {
    this.endedToRestart = true;
    this.#end(stopSignalOf(this.record)).catch((error) => this.context.log(stackOf(error)));
  }

  async #watchHealth(signal: AbortSignal): Promise<void> {
    const { engine } = this.context;
    const check = healthcheckOf(this.record);
    if (!check) return this.told.set({ health: undefined });
    const { pid, startedAt } = this.view;
    const known = this.told.healthOf(startedAt);
    if (!known) this.told.set({ health: { status: "starting", failingStreak: 0, log: [] }, run: startedAt });
    let status = known?.status ?? "starting";
    await watchHealth(check, {
      signal,
      health: known,
      runningForMs: this.ranForMs,
      probe: probeFor(this.record, check, {
        pid,
        exec: (options) => probeInContainer(engine, this.view, options),
      }),
      isPaused: () => isFrozen(pid),
      onResult: (health) => {
        this.told.set({ health, run: startedAt });
        if (health.status === status) return;
        status = health.status;
        this.#onChange(check, health);
      },
    });
  }

  #onChange(check: Healthcheck, { status, log }: Health): void {
    const { engine: { paths }, log: say } = this.context;
    recordContainerEvent(paths, this.record, `health_status: ${status}`);
    say(`${this.record.name}: ${status}${status === "unhealthy" ? `: ${log.at(-1)?.output.trim()}` : ""}`);
    if (this.record.options.balance) {
      refreshBalance(this.context.engine, this.record.id).catch((error) => say(stackOf(error)));
    }
    if (status !== "unhealthy") return;
    this.#endUnhealthy(check.onUnhealthy).catch((error) => say(stackOf(error)));
  }

  async #endUnhealthy(action: Healthcheck["onUnhealthy"]): Promise<void> {
    const isRestarted = this.record.options.restartPolicy.name !== "no";
    if (action === "none" || (action === "restart" && !isRestarted)) return;
    this.endedAsUnhealthy = true;
    if (action === "stop") wantStopped(this.context.engine, this.record);
    await this.#end(action === "kill" ? "KILL" : stopSignalOf(this.record));
  }

  /** Without waiting by a thread for each: the end shows in the streams. */
  async #end(signal: string): Promise<void> {
    const { engine } = this.context;
    const { id, options } = this.record;
    signalInit(engine.paths, id, parseSignal(signal));
    await thaw(engine, this.record);
    const timeoutMs = (options.stopTimeoutSeconds ?? stopTimeoutByDefault()) * 1000;
    if (await within(this.#pumped, timeoutMs)) return;
    signalInit(engine.paths, id, parseSignal("KILL"));
  }
}
