/** Which containers need care, seen from state.json at each of its changes; a ward for each of those. */
import { stackOf } from "../base/failures.ts";
import { containerFiles } from "../engine/container_files.ts";
import { tryLockForPump } from "../engine/locks.ts";
import { observe } from "../engine/observe.ts";
import { PumpLoop } from "../engine/stream/pump_loop.ts";
import { restartsAfter } from "../engine/policy/restart_policy.ts";
import { isUnfinished } from "../engine/shim_process.ts";
import { isUp } from "../engine/view.ts";
import { CHANGES, IN_CREATE, watchFile } from "../linux/inotify.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { readState } from "../store/state.ts";
import { removeSupervision, supervisedIds } from "../store/supervision.ts";
import { Ward, type WardContext } from "./ward.ts";

/** Little output waits so long for more, so that the process and the disk wake less often. */
const BATCH_MS = 10;
/** A command makes several changes in a row. */
const SETTLE_MS = 20;

export class Supervisor implements AsyncDisposable {
  readonly #loop = new PumpLoop({ batchMs: BATCH_MS });
  readonly #wards = new Map<string, { ward: Ward; done: Promise<void> }>();
  readonly #watching = new AsyncDisposableStack();
  readonly #context: WardContext;
  /** when the process of each began, of its last run: a ward may have ended between two of them */
  readonly #lastRuns = new Map<string, number>();
  #idle = Promise.withResolvers<void>();
  #timer: number | undefined;
  #leaving = false;

  constructor(context: Omit<WardContext, "loop" | "onRun">) {
    const onRun = (record: ContainerRecord, startedMs: number) => this.#noteRun(record, startedMs);
    this.#context = { ...context, loop: this.#loop, onRun };
  }

  /** Begins to follow the state, and the wishes of commands that attach. */
  watch(): void {
    const { paths } = this.#context.engine;
    this.#watching.use(watchFile(paths.data, CHANGES, (name) => {
      if (!name || `${paths.data}/${name}` === paths.state) this.#syncSoon();
    }));
    this.#watching.use(watchFile(paths.attach, IN_CREATE, (name) => {
      for (const [id, { ward }] of this.#wards) if (!name || id === name) ward.yield();
    }));
  }

  /** Looks at every container; those that have a ward are looked at by it. */
  sync(): void {
    if (this.#leaving) return;
    const { paths } = this.#context.engine;
    const { containers } = this.#readState() ?? {};
    if (!containers) return;
    for (const { ward } of this.#wards.values()) ward.poke();
    for (const record of Object.values(containers)) {
      if (!this.#wards.has(record.id) && needsCare(paths, record)) this.#takeCareOf(record.id);
    }
    for (const id of this.#lastRuns.keys()) if (!containers[id]) this.#lastRuns.delete(id);
    for (const id of supervisedIds(paths)) if (!containers[id]) removeSupervision(paths, id);
    if (this.#wards.size === 0) this.#idle.resolve();
  }

  /** Once for all changes that come close together. */
  #syncSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.sync();
    }, SETTLE_MS);
  }

  /** Once no container needs care. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  get isIdle(): boolean {
    return this.#wards.size === 0;
  }

  /** Leaves all containers as they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving = true;
    clearTimeout(this.#timer);
    await this.#watching.disposeAsync();
    const wards = [...this.#wards.values()];
    for (const { ward } of wards) ward.leave();
    await Promise.all(wards.map(({ done }) => done));
    this.#loop[Symbol.dispose]();
  }

  #noteRun({ id, name }: ContainerRecord, startedMs: number): void {
    const before = this.#lastRuns.get(id);
    this.#lastRuns.set(id, startedMs);
    if (before !== undefined && before !== startedMs) this.#restartDependents(name, startedMs);
  }

  /** Those that say so, and began before it. */
  #restartDependents(name: string, startedMs: number): void {
    for (const { id, options } of Object.values(this.#readState()?.containers ?? {})) {
      const follows = options.dependsOn.some((dependency) => dependency.name === name && dependency.restart);
      if (follows) this.#wards.get(id)?.ward.restartIfOlder(startedMs);
    }
  }

  #takeCareOf(id: string): void {
    if (this.#wards.size === 0) this.#idle = Promise.withResolvers();
    const ward = new Ward(this.#context, id);
    const done = ward.run().catch((error) => this.#context.log(stackOf(error))).then(() => {
      this.#wards.delete(id);
      if (this.#wards.size === 0) this.#idle.resolve();
    });
    this.#wards.set(id, { ward, done });
  }

  /** A state that can't be read is left to the person to mend; what runs goes on. */
  #readState() {
    try {
      return readState(this.#context.engine.paths);
    } catch (error) {
      this.#context.log((error as Error).message);
      return undefined;
    }
  }
}

/** Whether there is a container that a ward would have something to do for. */
export function anyNeedsCare(paths: StorePaths): boolean {
  return Object.values(readState(paths).containers).some((record) => needsCare(paths, record));
}

/** Whether a ward would have something to do, or to wait for. */
function needsCare(paths: StorePaths, record: ContainerRecord): boolean {
  const view = observe(paths, record);
  if (isUp(view) || view.waiting || isUnfinished(containerFiles(paths, record.id))) return true;
  const { desired, options: { restartPolicy } } = record;
  if (restartsAfter(restartPolicy, { desired, exitCode: view.exitCode, restartCount: view.restartCount })) {
    return true;
  }
  return desired === "running" && isBeingStarted(paths, record.id);
}

/** A command holds its streams already, and its process is yet to come. */
function isBeingStarted(paths: StorePaths, id: string): boolean {
  using lock = tryLockForPump(paths, id);
  return lock === undefined;
}
