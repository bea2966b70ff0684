/** Letting a paused container go on: a signal, SIGKILL too, reaches its processes only then. */
import { resumeArgs } from "../runtime/args.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";
import { commandRuntime } from "./runtime_command.ts";

/** Nothing to do where it is not paused, or has ended. @throws BudgieError when the runtime can't */
export async function thaw(engine: Engine, record: ContainerRecord): Promise<void> {
  if (observe(engine.paths, record).status !== "paused") return;
  try {
    await resume(engine, record, "resume");
  } catch (error) {
    // Somebody else was quicker, or what it ended of was a signal that waited for it.
    if (observe(engine.paths, record).status === "paused") throw error;
  }
}

/** By the runtime. @param verb for the message of a failure */
export function resume(engine: Engine, record: ContainerRecord, verb: string): Promise<void> {
  return commandRuntime(engine, record, { verb, args: (globals) => resumeArgs(record.id, globals) });
}
