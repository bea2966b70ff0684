/** Giving a container another name. */
import { BudgieError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import { transaction } from "../store/state.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { introduceIfNeeded } from "./network/if_needed.ts";
import { checkName } from "./name.ts";
import { holderOf, NameTakenError } from "./name_taken.ts";

/**
 * Containers that depend on it by its name, or know it by that, follow.
 * @param wanted may begin with the slash that docker's `inspect` shows
 * @throws UsageError, NotFoundError, NameTakenError
 */
export async function renameContainer(engine: Engine, name: string, wanted: string): Promise<void> {
  const newName = checkName(wanted.replace(/^\//, ""));
  const { state, record, oldName } = transaction(engine.paths, (state) => {
    const record = findRecord(state, name);
    const oldName = record.name;
    if (newName === oldName) throw new BudgieError(`Cannot rename '${oldName}': that is its name already`);
    const holder = holderOf(state, newName);
    if (holder) throw new NameTakenError(newName, holder.id);
    record.name = newName;
    for (const other of Object.values(state.containers)) renameDependency(other, oldName, newName);
    return { state, record, oldName };
  });
  await introduceIfNeeded(engine, state, record);
  recordContainerEvent(engine.paths, record, "rename", { oldName: `/${oldName}` }); // docker's slash
}

function renameDependency({ options }: ContainerRecord, oldName: string, newName: string): void {
  for (const dependency of options.dependsOn) {
    if (dependency.name === oldName) dependency.name = newName;
  }
}
