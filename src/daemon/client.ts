/** What commands do about the daemon: seeing that it is there. */
import { sleep } from "../base/sleep.ts";
import { exists } from "../base/optional_file.ts";
import type { StorePaths } from "../store/paths.ts";
import { runningDaemon } from "../store/daemon_lock.ts";
import { daemonEnvironment } from "./environment.ts";
import { serviceIsInstalled, startService } from "./service.ts";

/** A small board takes a second or two to start a program. */
const START_LIMIT_MS = 10_000;
const START_CHECK_MS = 10;

/**
 * Starts the daemon if none runs: as a service where it is installed as one, else as a process of its own that leaves
 * when it has nothing to do.
 * @returns once it has begun; a sentence when it did not
 */
export async function ensureDaemon(paths: StorePaths): Promise<string | undefined> {
  const log = daemonLog(paths);
  for (let waitedMs = 0; !runningDaemon(paths); waitedMs += START_CHECK_MS) {
    if (waitedMs === 0) {
      if (serviceIsInstalled()) await startService();
      else spawnDaemon(log);
    } else if (waitedMs > START_LIMIT_MS) {
      return `the daemon did not start, so nobody restarts containers or takes their output: see '${log}'`;
    }
    await sleep(START_CHECK_MS);
  }
}

/** Where a daemon that was started on demand complains. */
export function daemonLog(paths: StorePaths): string {
  return `${paths.data}/daemon.log`;
}

/** As much as is kept of what earlier ones said. */
const MAX_LOG_BYTES = 1024 ** 2;

/** A process of its own, which outlives this command. */
function spawnDaemon(log: string): void {
  if (exists(log) && Deno.statSync(log).size > MAX_LOG_BYTES) Deno.renameSync(log, `${log}.1`);
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'umask 077; exec "$0" daemon --on-demand >>"$1" 2>&1', Deno.execPath(), log],
    cwd: "/",
    clearEnv: true,
    env: daemonEnvironment(),
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
}
