/** Where every command that needs the engine begins. */
import { BudgieError } from "../base/errors.ts";
import { ensureDirectories } from "../store/data_dir.ts";
import { storePaths } from "../store/paths.ts";
import type { Engine } from "./engine.ts";
import { recover } from "./recover.ts";

/**
 * The engine of this host's data directory, cleaned of what killed commands left behind.
 * @throws BudgieError when this user may not use it
 */
export async function openEngine(env: { get(name: string): string | undefined } = Deno.env): Promise<Engine> {
  if (Deno.uid() !== 0) {
    throw new BudgieError("Cannot manage containers: not root", { hint: "Run it with sudo" });
  }
  const engine: Engine = { paths: storePaths(env), runtime: env.get("BUDGIE_RUNTIME") || "auto" };
  ensureDirectories(engine.paths);
  await recover(engine);
  return engine;
}
