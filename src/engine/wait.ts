/** `wait`: how containers end. */
import { BudgieError } from "../base/errors.ts";
import { sleep } from "../base/sleep.ts";
import type { Descriptor } from "../linux/file.ts";
import type { ContainerRecord } from "../store/container.ts";
import { EventLog } from "../store/event_log.ts";
import { readState } from "../store/state.ts";
import { changeTime, containerFiles, readExit } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { findContainer } from "./list.ts";
import { observe } from "./observe.ts";
import { openInit, waitForEnd } from "./process.ts";
import { isUp } from "./view.ts";

/** For who writes down the end of a process that has ended: its shim, and who recorded and removed it. */
const RECORD_LIMIT_MS = 5_000;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 200;

/** A wait that has begun: it misses no end from here on, however late it is asked. */
export interface ContainerWait extends Disposable {
  /** Of the run that was under way; for a container that did not run, of its last one. */
  exitCode(signal?: AbortSignal): Promise<number>;
}

/** @throws NotFoundError */
export function beginWait(engine: Engine, name: string): ContainerWait {
  const events = new EventLog(engine.paths);
  events.read(); // only what comes now tells of this run
  const view = findContainer(engine, name);
  if (!isUp(view)) {
    events[Symbol.dispose]();
    const code = view.waiting?.exitCode ?? view.exitCode;
    return { exitCode: () => Promise.resolve(code), [Symbol.dispose]() {} };
  }
  return new RunWait(engine, view.record, events);
}

class RunWait implements ContainerWait {
  readonly #files;
  /** undefined when the process has ended just now */
  readonly #init: Descriptor | undefined;
  /** RFC 3339: another start has another one */
  readonly #startedAt: string | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly record: ContainerRecord,
    private readonly events: EventLog,
  ) {
    this.#files = containerFiles(engine.paths, record.id);
    this.#startedAt = changeTime(this.#files.pid);
    this.#init = openInit(engine.paths, record.id);
  }

  async exitCode(signal?: AbortSignal): Promise<number> {
    if (this.#init) await waitForEnd(this.#init, { timeoutMs: -1, signal });
    // The exit code comes a moment after the process has gone, and with --rm it is soon gone itself. No watch: a
    // FIFO in a folder that is watched can hold the watcher up.
    const endedAt = performance.now();
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const code = this.#recorded();
      if (code !== undefined) return code;
      if (performance.now() - endedAt > RECORD_LIMIT_MS && this.#isForgotten()) {
        throw new BudgieError(`Cannot tell how '${this.record.name}' ended: it was removed or started again`);
      }
      await sleep(pauseMs, signal);
    }
  }

  [Symbol.dispose](): void {
    this.#init?.close();
    this.events[Symbol.dispose]();
  }

  /** The exit code of this run, from wherever it is known by now. */
  #recorded(): number | undefined {
    const death = this.events.read().find(({ id, action }) => id === this.record.id && action === "die");
    if (death) return Number(death.attributes.exitCode);
    if (changeTime(this.#files.pid) !== this.#startedAt) return undefined; // removed, or started again
    const exitCode = readExit(this.#files);
    if (exitCode !== undefined || this.#isForgotten()) return exitCode;
    const view = observe(this.engine.paths, this.record);
    return isUp(view) ? undefined : view.exitCode; // its shim was killed: nobody will write it down
  }

  /** Without a record, or in another run, by now. */
  #isForgotten(): boolean {
    return readState(this.engine.paths).containers[this.record.id] === undefined ||
      changeTime(this.#files.pid) !== this.#startedAt;
  }
}
