/** Ending the daemon; containers run on. */
import { BudgieError } from "../base/errors.ts";
import { openPidfd, signalPidfd } from "../linux/pidfd.ts";
import { waitForEnd } from "../engine/process.ts";
import type { StorePaths } from "../store/paths.ts";
import { runningDaemon } from "../store/daemon_lock.ts";
import { serviceIsInstalled, stopService } from "./service.ts";

const SIGTERM = 15;
const LIMIT_MS = 15_000;

/** None that runs is fine. @throws BudgieError when it does not end */
export async function stopDaemon(paths: StorePaths): Promise<void> {
  if (serviceIsInstalled()) await stopService(); // which would start it again
  const pid = runningDaemon(paths)?.pid;
  using pidfd = pid === undefined ? undefined : openPidfd(pid);
  if (!pidfd || runningDaemon(paths)?.pid !== pid) return;
  signalPidfd(pidfd, SIGTERM);
  if (await waitForEnd(pidfd, { timeoutMs: LIMIT_MS })) return;
  throw new BudgieError(`Cannot stop the daemon: PID ${pid} does not end`, {
    hint: `End it with 'kill -9 ${pid}'; containers run on`,
  });
}
