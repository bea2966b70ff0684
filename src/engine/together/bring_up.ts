/** Starting and stopping several containers that depend on each other; what touches the world is a parameter. */
import { BudgieError } from "../../base/errors.ts";
import { Slots } from "../../base/slots.ts";
import type { DependencyOption } from "../../store/container.ts";
import { dependencyLevels, type Dependent } from "./dependency_order.ts";

/** A container to start. */
export interface Planned extends Dependent {
  dependsOn: readonly DependencyOption[];
}

export interface BringUpSteps<Item> {
  /** Fulfilled when the container's process is there. */
  start(item: Item): Promise<void>;
  /**
   * Fulfilled when the container of this name has met the condition, rejected with the reason when it can't any
   * more. Not asked whether one has started that `start` was fulfilled for.
   */
  until(name: string, condition: DependencyOption["condition"], signal: AbortSignal): Promise<void>;
  /** starts no more; what is being started is waited for */
  signal?: AbortSignal;
}

export interface TakeDownSteps<Item> {
  stop(item: Item): Promise<void>;
  signal?: AbortSignal;
}

/** Starting pulls, unpacks and mounts: more at a time would only be slower each. */
const MAX_AT_A_TIME = 8;

/** Some were not started or stopped, each with its reason; the others were. */
export class PartlyDoneError extends BudgieError {
  override name = "PartlyDoneError";
}

/**
 * Starts each container as soon as all that it depends on have met their conditions. A failure keeps back those
 * that depend on it, and no others. Names that are not in the plan are of containers on the host.
 *
 * @throws PartlyDoneError, exit code 1, with each that was not started; DependencyCycleError before anything is
 * started; the signal's reason
 */
export async function bringUp<Item extends Planned>(
  plan: readonly Item[],
  { start, until, signal }: BringUpSteps<Item>,
): Promise<void> {
  refuseCycles(plan);
  const named = new Map(plan.map((item) => [item.name, item]));
  const slots = new Slots(MAX_AT_A_TIME);
  const over = new AbortController();
  const whileWanted = signal ? AbortSignal.any([signal, over.signal]) : over.signal;

  const isThere = once((item: Item) => item, async (item) => {
    await Promise.all(item.dependsOn.map(isMet));
    await slots.run(() => {
      signal?.throwIfAborted();
      return start(item);
    });
  });
  // One look for all that wait for the same.
  const isMet = once(
    ({ name, condition }: DependencyOption) => `${name} ${condition}`,
    async (dependency) => {
      const { name, condition } = dependency;
      const item = named.get(name);
      if (item) {
        await isThere(item).catch((cause) => {
          throw new BudgieError(`Cannot wait for '${name}': it was not started`, { cause });
        });
        if (condition === "started") return;
      }
      await until(name, condition, whileWanted);
    },
  );

  const results = await Promise.allSettled(plan.map(isThere));
  over.abort(); // what others waited for that were given up already
  await isMet.settled();
  signal?.throwIfAborted();
  report("start", plan, results);
}

/**
 * Stops each container as soon as all that depend on it have been stopped, or could not be.
 *
 * @throws PartlyDoneError, exit code 1, with each that was not stopped; the signal's reason
 */
export async function takeDown<Item extends Dependent>(
  plan: readonly Item[],
  { stop, signal }: TakeDownSteps<Item>,
): Promise<void> {
  refuseCycles(plan);
  const slots = new Slots(MAX_AT_A_TIME);
  const isGone = once((item: Item) => item, async (item) => {
    const dependents = plan.filter(({ dependsOn }) => dependsOn.some(({ name }) => name === item.name));
    await Promise.allSettled(dependents.map(isGone));
    await slots.run(() => {
      signal?.throwIfAborted();
      return stop(item);
    });
  });
  const results = await Promise.allSettled(plan.map(isGone));
  signal?.throwIfAborted();
  report("stop", plan, results);
}

/** Those in a circle would wait for each other for ever. */
function refuseCycles(plan: readonly Dependent[]): void {
  dependencyLevels(plan, plan.flatMap(({ dependsOn }) => dependsOn.map(({ name }) => name)));
}

/** `action`, done a single time for all things with the same key. */
function once<Thing, Key>(keyOf: (thing: Thing) => Key, action: (thing: Thing) => Promise<void>) {
  const done = new Map<Key, Promise<void>>();
  const run = (thing: Thing): Promise<void> => {
    const key = keyOf(thing);
    const known = done.get(key) ?? action(thing);
    done.set(key, known);
    return known;
  };
  return Object.assign(run, { settled: () => Promise.allSettled(done.values()) });
}

function report(verb: string, plan: readonly Dependent[], results: PromiseSettledResult<void>[]): void {
  const failures = plan.flatMap(({ name, where }, index) => {
    const result = results[index];
    return result.status === "rejected" ? [{ label: name ?? where ?? "?", error: result.reason }] : [];
  });
  if (failures.length === 0) return;
  const bug = failures.find(({ error }) => !(error instanceof BudgieError));
  if (bug) throw bug.error;
  const lines = failures.map(({ label, error }) => `${label}: ${error.message}`);
  const count = plan.length === 1 ? "the container" : `${failures.length} of ${plan.length} containers`;
  throw new PartlyDoneError(`Cannot ${verb} ${count}:\n${lines.join("\n")}`, {
    hint: failures.find(({ error }) => error.hint)?.error.hint,
    exitCode: 1,
    cause: failures[0].error,
  });
}
