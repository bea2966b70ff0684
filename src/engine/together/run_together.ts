/** Running several containers that depend on each other: all are made before one is started. */
import { NotFoundError } from "../../base/errors.ts";
import { hostFacts } from "../../bundle/host_facts.ts";
import type { ContainerOptions, ContainerRecord } from "../../store/container.ts";
import { readState } from "../../store/state.ts";
import { bringUp, type Planned, takeDown } from "./bring_up.ts";
import { createContainer, type CreateContext } from "../create.ts";
import { untilCondition } from "./dependency_condition.ts";
import { dependencyLevels } from "./dependency_order.ts";
import type { Engine } from "../engine.ts";
import { removeContainer } from "../remove.ts";
import { startDetached } from "../start_again.ts";
import { stopContainer } from "../stop.ts";

/** One of several containers, and what depends on what. */
export interface Described extends Planned {
  options: ContainerOptions;
}

/** One that was made. */
export type Created<Item extends Described> = Item & { record: ContainerRecord };

/**
 * Creates all of the containers, or none.
 * @throws BudgieError: a name that is nowhere or in a circle, one that is taken, an image that can't be had
 */
export async function createTogether<Item extends Described>(
  engine: Engine,
  plan: readonly Item[],
  context: Omit<CreateContext, "host">,
): Promise<Created<Item>[]> {
  const onHost = Object.values(readState(engine.paths).containers).map(({ name }) => name);
  const inOrder = dependencyLevels(plan, onHost).flat(); // one that shares another's network asks for it by name
  const host = hostFacts();
  const created = new Map<Item, Created<Item>>();
  try {
    for (const item of inOrder) {
      const { record, locks } = await createContainer(engine, item.options, { ...context, host });
      locks[Symbol.dispose]();
      created.set(item, { ...item, name: record.name, record });
    }
  } catch (error) {
    for (const { record } of created.values()) await removeIfThere(engine, record.id);
    throw error;
  }
  return plan.map((item) => created.get(item)!);
}

/**
 * Starts each as soon as what it depends on is as far as it has to be.
 * @throws PartlyDoneError with each that was not started, and why; the signal's reason
 */
export async function startTogether<Item extends Described>(
  engine: Engine,
  created: readonly Created<Item>[],
  context: {
    onStarted: (item: Created<Item>) => void;
    onWarning: (message: string) => void;
    supervise: () => void;
    signal?: AbortSignal;
  },
): Promise<void> {
  await bringUp(created, {
    async start(item) {
      await startDetached(engine, item.record.id, context);
      context.onStarted(item);
    },
    until: (name, condition, signal) => untilCondition(engine, name, condition, { signal }),
    signal: context.signal,
  });
}

/** Waits for what a container depends on that is on the host. @throws BudgieError when there is none, or it can't be */
export async function untilDependencies(
  engine: Engine,
  item: Planned,
  signal?: AbortSignal,
): Promise<void> {
  const onHost = Object.values(readState(engine.paths).containers).map(({ name }) => name);
  dependencyLevels([item], onHost);
  await Promise.all(
    item.dependsOn.map(({ name, condition }) => untilCondition(engine, name, condition, { signal })),
  );
}

/** Stops them, dependents first; one that is gone already is fine. @throws PartlyDoneError */
export async function stopTogether<Item extends Described>(
  engine: Engine,
  created: readonly Created<Item>[],
): Promise<void> {
  await takeDown(created, {
    stop: ({ record }) => stopContainer(engine, record.id).catch(unlessMissing),
  });
}

/** Removes a container that is to make way for another of its name. */
export async function removeIfThere(engine: Engine, name: string): Promise<void> {
  await removeContainer(engine, name, { force: true, volumes: true }).catch(unlessMissing);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof NotFoundError)) throw error;
}
