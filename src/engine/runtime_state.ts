/** Where a runtime keeps its state of our containers, and ending that for one. */
import { basename } from "node:path/posix";
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import { deleteArgs, type RuntimeGlobals } from "../runtime/args.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { Engine } from "./engine.ts";

/** Apart for each runtime, whose formats differ. */
export function runtimeGlobals(engine: Engine, runtime: string): RuntimeGlobals {
  return { root: `${engine.paths.runtimeRoots}/${basename(runtime)}` };
}

/**
 * After a SIGKILL of the runtime's own process it still believes in the container, and its cgroups stay. Cheap
 * where it does not. The container must have ended.
 */
export function removeRuntimeState(engine: Engine, record: ContainerRecord): void {
  const globals = runtimeGlobals(engine, record.runtime);
  if (!exists(`${globals.root}/${record.id}`)) return;
  const { success, stderr } = new Deno.Command(record.runtime, {
    args: deleteArgs(record.id, globals),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (success) return;
  throw new BudgieError(`Cannot remove '${record.name}': ${new TextDecoder().decode(stderr).trim()}`, {
    hint: `Its runtime is ${record.runtime}`,
  });
}
