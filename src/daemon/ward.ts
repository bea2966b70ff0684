/**
 * One container in the daemon's care: its streams, its end, and what its restart policy says then. It goes through
 * the same steps from the beginning after each change, and sees how things are instead of remembering.
 */
import { BudgieError, NotFoundError } from "../base/errors.ts";
import { stackOf } from "../base/failures.ts";
import { exists } from "../base/optional_file.ts";
import { sleep } from "../base/sleep.ts";
import { hostFacts } from "../bundle/host_facts.ts";
import { attachFile } from "../engine/attach.ts";
import { containerFiles } from "../engine/container_files.ts";
import { finishContainer } from "../engine/finish.ts";
import { launch } from "../engine/launch.ts";
import { lockForPump } from "../engine/locks.ts";
import { observe } from "../engine/observe.ts";
import { hasEnded } from "../engine/recover.ts";
import { restartDelayMs, restartsAfter, STABLE_AFTER_MS } from "../engine/policy/restart_policy.ts";
import { pumpToEnd } from "../engine/settle.ts";
import { untilDependencies } from "../engine/together/run_together.ts";
import { lockForStart } from "../engine/start_locks.ts";
import { wantStopped } from "../engine/stop.ts";
import { isUnfinished } from "../engine/shim_process.ts";
import { type ContainerView, isUp } from "../engine/view.ts";
import type { ContainerRecord } from "../store/container.ts";
import { waitForLock } from "../store/lock.ts";
import { readState } from "../store/state.ts";
import { Attendance, type AttendanceContext } from "./attendance.ts";
import { Told } from "./told.ts";

export interface WardContext extends AttendanceContext {
  /** is told of a container that runs, and since when, as Attendance has it */
  onRun: (record: ContainerRecord, startedMs: number) => void;
}

/** Whether anything is left to do once a step is done. */
type Next = "again" | "done";

export class Ward {
  readonly #leaving = new AbortController();
  /** of the container while it runs */
  #attendance: Attendance | undefined;
  #poked = Promise.withResolvers<void>();
  #wasPoked = false;
  readonly #told: Told;
  /** runs in a row that did not last, and starts that failed */
  #failures = 0;
  /** of the last end */
  #unhealthy = false;
  #toRestart = false;

  constructor(private readonly context: WardContext, private readonly id: string) {
    this.#told = new Told(context.engine.paths, id);
  }

  /** Takes care of the container until it needs none, or leave(). */
  async run(): Promise<void> {
    let next: Next = "again";
    while (next === "again" && !this.#leaving.signal.aborted) {
      this.#poked = Promise.withResolvers();
      this.#wasPoked = false;
      next = await this.#care().catch((error) => this.#failed(error));
      if (this.#wasPoked) next = "again"; // what is done may not be any more
    }
  }

  /** Something was changed; it may be this container. */
  poke(): void {
    this.#wasPoked = true;
    this.#poked.resolve();
  }

  /** A command wants the container's streams. */
  yield(): void {
    this.#attendance?.leave();
  }

  /** Leaves the container as it is. */
  leave(): void {
    this.#leaving.abort();
    this.#attendance?.leave();
  }

  /** Starts it again if it began before something that it depends on did. */
  restartIfOlder(startedMs: number): void {
    if (this.#attendance && this.#attendance.startedMs < startedMs) this.#attendance.restart();
  }

  async #care(): Promise<Next> {
    const { engine, loop } = this.context;
    const { paths } = engine;
    await this.#untilNotAttached();
    {
      using pumpLock = await lockForPump(paths, this.id, this.#leaving.signal);
      const record = pumpLock && this.#record();
      if (!record) return this.#forget();
      if (exists(attachFile(paths, this.id))) return "again"; // it came while we waited for the lock
      this.#told.countFor(record);
      const view = observe(paths, record);
      if (isUp(view)) {
        this.#told.set({ waiting: undefined });
        if (await this.#attend(record, view) === "left") return "again";
      } else if (isUnfinished(containerFiles(paths, this.id))) {
        if (!await hasEnded(paths, record)) return "again"; // it has just come up
        await pumpToEnd(engine, record, { loop }); // what it wrote at last, while nobody looked
        await finishContainer(engine, record);
      }
    }
    return await this.#afterEnd();
  }

  /** A command that is attached has the streams for as long as it holds this lock, or lives. */
  async #untilNotAttached(): Promise<void> {
    const file = attachFile(this.context.engine.paths, this.id);
    if (!exists(file)) return;
    using _lock = await waitForLock(file, { signal: this.#leaving.signal });
    Deno.removeSync(file);
  }

  /** Sees a running container to its end. */
  async #attend(record: ContainerRecord, view: ContainerView): Promise<"ended" | "left"> {
    const attendance = new Attendance(this.context, record, view, this.#told);
    this.context.onRun(record, attendance.startedMs);
    this.#attendance = attendance;
    try {
      if (this.#leaving.signal.aborted) return "left";
      if (await attendance.untilEnd() === "left") return "left";
    } finally {
      this.#attendance = undefined;
    }
    this.#unhealthy = attendance.endedAsUnhealthy;
    this.#toRestart = attendance.endedToRestart;
    if (attendance.ranForMs >= STABLE_AFTER_MS) this.#failures = 0;
    await finishContainer(this.context.engine, record);
    return "ended";
  }

  /** What the restart policy says, in the end also done. */
  async #afterEnd(): Promise<Next> {
    const record = this.#record();
    if (!record) return this.#forget();
    const view = observe(this.context.engine.paths, record);
    if (isUp(view)) return "again";
    if (!this.#restarts(record, view)) return this.#giveUp(record, view);
    if (!this.#toRestart && (view.exitCode !== 0 || view.startedAt !== undefined)) {
      this.#told.set({
        waiting: { since: new Date().toISOString(), exitCode: view.exitCode, reason: view.error },
      });
      await this.#pause(restartDelayMs(++this.#failures, Math.random()), record);
    }
    return await this.#start(record);
  }

  #restarts(record: ContainerRecord, { exitCode }: ContainerView): boolean {
    const policy = record.options.restartPolicy;
    const { desired } = record;
    if (this.#toRestart && desired === "running") return true;
    const ending = { desired, exitCode, restartCount: this.#told.restartCount, unhealthy: this.#unhealthy };
    return restartsAfter(policy, ending);
  }

  /** One that has used up its tries has no new ones after a boot. */
  #giveUp(record: ContainerRecord, { exitCode }: ContainerView): Next {
    this.#told.set({ waiting: undefined });
    if (record.options.restartPolicy.name === "on-failure" && exitCode !== 0) {
      wantStopped(this.context.engine, record);
    }
    return "done";
  }

  /** Waits by the monotonic clock; shorter when a user does something about the container. */
  async #pause(ms: number, { desired, starts, options }: ContainerRecord): Promise<void> {
    const until = performance.now() + ms;
    const ended = new AbortController();
    const leaving = AbortSignal.any([ended.signal, this.#leaving.signal]);
    while (true) {
      const rest = until - performance.now();
      const elapsed = sleep(Math.max(rest, 0), leaving).then(() => true);
      const isOver = await Promise.race([elapsed, this.#poked.promise.then(() => false)]);
      if (isOver) return;
      elapsed.catch(() => {});
      this.#poked = Promise.withResolvers();
      const now = this.#record();
      const isSame = now?.desired === desired && now.starts === starts &&
        now.options.restartPolicy.name === options.restartPolicy.name;
      if (!isSame) return ended.abort();
    }
  }

  async #start(record: ContainerRecord): Promise<Next> {
    const { engine, loop, log } = this.context;
    if (!await this.#untilDependencies(record)) return "again";
    using locks = await lockForStart(engine.paths, record, this.#leaving.signal).catch(undefinedIfGone);
    const current = this.#record();
    if (!locks || !current || current.starts !== record.starts) return "again";
    if (!this.#restarts(current, observe(engine.paths, current))) return "again";
    this.#told.set({ restartCount: this.#told.restartCount + 1 });
    [this.#unhealthy, this.#toRestart] = [false, false];
    const onWarning = (message: string) => log(`${record.name}: ${message}`);
    try {
      await launch(engine, current, { host: hostFacts(), loop, onWarning });
    } catch (error) {
      if (!(error instanceof BudgieError)) throw error;
      log(error.message); // the container says so too, and its policy what is next
    }
    return "again";
  }

  /** False when they can't be had, after a pause. */
  async #untilDependencies(record: ContainerRecord): Promise<boolean> {
    const { name, options: { dependsOn } } = record;
    if (dependsOn.length === 0) return true;
    const leaving = this.#leaving.signal;
    try {
      await untilDependencies(this.context.engine, { name, dependsOn }, leaving);
      return true;
    } catch (error) {
      if (!(error instanceof BudgieError)) throw error;
      const { exitCode } = observe(this.context.engine.paths, record);
      this.#told.set({ waiting: { since: new Date().toISOString(), exitCode, reason: error.message } });
      await this.#pause(restartDelayMs(++this.#failures, Math.random()), record);
      return false;
    }
  }

  #record(): ContainerRecord | undefined {
    return readState(this.context.engine.paths).containers[this.id];
  }

  #forget(): Next {
    this.#told.forget();
    return "done";
  }

  /** A fact of the world, or a bug: the container is not left alone for it, but not at once again either. */
  async #failed(error: unknown): Promise<Next> {
    if (this.#leaving.signal.aborted) return "done";
    this.context.log(`${this.id.slice(0, 12)}: ${stackOf(error)}`);
    await sleep(restartDelayMs(++this.#failures, Math.random()), this.#leaving.signal).catch(() => {});
    return "again";
  }
}

/** It was removed while we waited. */
function undefinedIfGone(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}
