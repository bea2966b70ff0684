/** Waiting until a container on this host is as far as another one needs it to be. */
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import type { ContainerRecord, DependencyOption } from "../../store/container.ts";
import type { Engine } from "../engine.ts";
import { healthcheckOf } from "../policy/healthcheck.ts";
import { findContainer } from "../list.ts";
import { restartsAfter } from "../policy/restart_policy.ts";
import { type ContainerView, isUp } from "../view.ts";
import { ContainerWatch } from "../container_watch.ts";

export interface ConditionOptions {
  /** undefined: what `boundOf` says */
  timeoutMs?: number;
  signal?: AbortSignal;
}

type Condition = DependencyOption["condition"];

/** What is looked at goes on even where an event was lost. */
const LOOK_AGAIN_MS = 500;
/** A container that is about to be started may have to be unpacked first. */
const START_BOUND_MS = 60_000;
/** After an end, the daemon has this long to say that it will start the container again. */
const RESTART_NOTICE_MS = 5_000;

/**
 * Fulfilled when the container meets the condition: `started`, its process is there; `healthy`, as its health check
 * says; `completed`, it has ended with exit code 0.
 *
 * @throws BudgieError when it can't meet it any more, or not in time; the signal's reason
 */
export async function untilCondition(
  engine: Engine,
  name: string,
  condition: Condition,
  { timeoutMs, signal }: ConditionOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const { record } = findContainer(engine, name);
  const boundMs = timeoutMs ?? boundOf(record, condition);
  const endsAt = performance.now() + boundMs; // whatever the wall clock does
  await using watch = new ContainerWatch(engine.paths, record.id);
  while (true) {
    const verdict = judge(lookAt(engine, record, name), condition, Date.now());
    if (verdict === "met") return;
    const leftMs = endsAt - performance.now();
    const late = leftMs <= 0 ? `it took longer than ${Math.ceil(boundMs / 1000)} s` : undefined;
    const reason = verdict === "wait" ? late : verdict.reason;
    if (reason !== undefined) {
      throw new BudgieError(`Cannot wait for '${name}' to be ${condition}: ${reason}`, {
        hint: `See 'budgie logs ${name}' and 'budgie inspect ${name}'`,
      });
    }
    await watch.change(Math.min(leftMs, LOOK_AGAIN_MS), signal);
  }
}

/** Milliseconds. A job may take as long as it likes: it ends, or is interrupted. */
export function boundOf(record: ContainerRecord, condition: Condition): number {
  if (condition === "started") return START_BOUND_MS;
  const check = condition === "healthy" ? healthcheckOf(record) : undefined;
  if (!check) return Infinity;
  return check.startPeriodMs + (check.retries + 1) * (check.intervalMs + check.timeoutMs);
}

/** What a look at a container says of a condition; `reason`: why it will not be met. */
export type Verdict = "met" | "wait" | { reason: string };

/** @param now milliseconds */
export function judge(view: ContainerView, condition: Condition, now: number): Verdict {
  const end = endOf(view, now);
  switch (condition) {
    case "started":
      return isUp(view) ? "met" : end ?? "wait";
    case "completed":
      return view.status === "exited" && view.exitCode === 0 || view.waiting?.exitCode === 0
        ? "met"
        : end ?? "wait";
    case "healthy":
      if (!healthcheckOf(view.record)) return { reason: "it has no health check" };
      if (view.health?.status === "healthy" && isUp(view)) return "met";
      if (view.health?.status === "unhealthy") return { reason: "it is unhealthy" };
      return end ?? "wait";
  }
}

/** Why a container that does not run will not run again by itself; undefined: it runs, or will. */
function endOf(view: ContainerView, now: number): { reason: string } | undefined {
  const { record, status, exitCode, error } = view;
  if (status === "created") {
    if (error !== undefined) return { reason: `it could not be started: ${error}` };
    return record.desired === "running" ? undefined : { reason: "it was never started" };
  }
  if (status !== "exited") return undefined;
  const policy = record.options.restartPolicy;
  const ending = { desired: record.desired, exitCode, restartCount: view.restartCount };
  const endedMs = view.finishedAt === undefined ? 0 : now - Date.parse(view.finishedAt);
  if (restartsAfter(policy, ending) && endedMs < RESTART_NOTICE_MS) return undefined;
  return { reason: `it has ended with exit code ${exitCode}` };
}

function lookAt(engine: Engine, record: ContainerRecord, name: string): ContainerView {
  try {
    return findContainer(engine, record.id);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new BudgieError(`Cannot wait for '${name}': it was removed`, { cause: error });
  }
}
