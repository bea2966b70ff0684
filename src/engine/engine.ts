/** What every function of the engine works on; openEngine() (open.ts) makes it. */
import type { StorePaths } from "../store/paths.ts";

export interface Engine {
  paths: StorePaths;
  /** auto, crun, runc or a path */
  runtime: string;
}
