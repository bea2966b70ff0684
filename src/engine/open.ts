/** Where every command that needs the engine begins. */
import { BudgieError } from "../base/errors.ts";
import { CGROUP_MANAGER, checkSoleChoice } from "../base/sole_choice.ts";
import { ensureDirectories } from "../store/data_dir.ts";
import { storePaths } from "../store/paths.ts";
import type { Engine } from "./engine.ts";
import { recover } from "./recover.ts";

export interface OpenOptions {
  env?: { get(name: string): string | undefined };
  /** is called when a container runs that nobody looks after: the daemon was killed */
  onUnattended?: (engine: Engine) => void;
}

/**
 * The engine of this host's data directory, cleaned of what killed commands left behind.
 * @throws BudgieError when this user may not use it
 */
export async function openEngine({ env = Deno.env, onUnattended }: OpenOptions = {}): Promise<Engine> {
  if (Deno.uid() !== 0) {
    throw new BudgieError("Cannot manage containers: not root", { hint: "Run it with sudo" });
  }
  checkSoleChoice("BUDGIE_CGROUP_MANAGER", CGROUP_MANAGER, env);
  const engine: Engine = { paths: storePaths(env), runtime: env.get("BUDGIE_RUNTIME") || "auto" };
  ensureDirectories(engine.paths);
  if (await recover(engine)) onUnattended?.(engine);
  return engine;
}
