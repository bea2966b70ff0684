/** Ending every running container of this host, as before it is switched off. */
import type { ContainerRecord } from "../../store/container.ts";
import { recordContainerEvent } from "../../store/events.ts";
import { removeSupervision } from "../../store/supervision.ts";
import { dependencyLevels } from "./dependency_order.ts";
import type { Engine } from "../engine.ts";
import { listContainers } from "../list.ts";
import { endContainer } from "../stop.ts";
import { isUp } from "../view.ts";

/**
 * Dependents first, independent ones at the same time. They are still wanted: the next daemon starts again what its
 * policy says.
 */
export async function stopAll(
  engine: Engine,
  options: { signal?: AbortSignal; onStopped: (name: string) => void },
): Promise<void> {
  const records = listContainers(engine).filter(isUp).map(({ record }) => record);
  const items = records.map((record) => ({ record, name: record.name, dependsOn: among(records, record) }));
  for (const level of dependencyLevels(items).reverse()) {
    await Promise.all(level.map(async ({ record }) => {
      await endContainer(engine, record, { signal: options.signal });
      removeSupervision(engine.paths, record.id);
      options.signal?.throwIfAborted();
      recordContainerEvent(engine.paths, record, "stop");
      options.onStopped(record.name);
    }));
  }
}

/** What it depends on and runs. */
function among(records: readonly ContainerRecord[], { options }: ContainerRecord) {
  return options.dependsOn.filter(({ name }) => records.some((record) => record.name === name));
}
