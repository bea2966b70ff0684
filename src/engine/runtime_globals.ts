/** Where a runtime keeps its state of our containers: apart for each runtime, whose formats differ. */
import type { RuntimeGlobals } from "../runtime/args.ts";
import type { ContainerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";

export function runtimeGlobals(engine: Engine, runtime: string, files?: ContainerFiles): RuntimeGlobals {
  const name = runtime.slice(runtime.lastIndexOf("/") + 1);
  return { root: `${engine.paths.runtimeRoots}/${name}`, logFile: files?.runtimeLog };
}
