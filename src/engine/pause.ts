/** `pause` and `unpause`: all processes of a container stand still, by the freezer of its cgroup. */
import { BudgieError, NotFoundError } from "../base/errors.ts";
import { pauseArgs } from "../runtime/args.ts";
import type { ContainerRecord } from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import { readState } from "../store/state.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { lockForChange } from "./locks.ts";
import { observe } from "./observe.ts";
import { commandRuntime } from "./runtime_command.ts";
import { resume } from "./thaw.ts";
import { isUp } from "./view.ts";

/** @throws NotFoundError; BudgieError when it does not run or is paused already */
export async function pauseContainer(engine: Engine, name: string): Promise<void> {
  await changeUnderLock(engine, name, "pause", async (record, status) => {
    if (status === "paused") {
      throw new BudgieError(`Cannot pause '${record.name}': it is already paused`, {
        hint: `'budgie unpause ${record.name}' lets it go on`,
      });
    }
    await commandRuntime(engine, record, {
      verb: "pause",
      args: (globals) => pauseArgs(record.id, globals),
    });
  });
}

/** @throws NotFoundError; BudgieError when it does not run or is not paused */
export async function unpauseContainer(engine: Engine, name: string): Promise<void> {
  await changeUnderLock(engine, name, "unpause", async (record, status) => {
    if (status !== "paused") throw new BudgieError(`Cannot unpause '${record.name}': it is not paused`);
    await resume(engine, record, "unpause");
  });
}

/** Calls `change` with a container that is up, and nobody else changes, and records the event. */
async function changeUnderLock(
  engine: Engine,
  name: string,
  verb: "pause" | "unpause",
  change: (record: ContainerRecord, status: string) => Promise<void>,
): Promise<void> {
  const record = findRecord(readState(engine.paths), name);
  using changeLock = await lockForChange(engine.paths, record.id);
  if (!changeLock) throw new NotFoundError("container", name);
  const view = observe(engine.paths, record);
  if (!isUp(view)) {
    throw new BudgieError(`Cannot ${verb} '${record.name}': it is not running`, {
      hint: `It is ${view.status}; 'budgie ps' shows what runs`,
    });
  }
  await change(record, view.status);
  recordContainerEvent(engine.paths, record, verb);
}
