/** Whether, and after how long, a container that does not run is to be started again. Pure. */
import type { RestartPolicy } from "../../store/container.ts";

/** How a container that does not run came to its end. */
export interface Ending {
  /** what the user wants, but for policy `always` at boot */
  desired: "running" | "stopped";
  exitCode: number;
  /** how often the policy has started it again since the user did */
  restartCount: number;
  /** it was ended because it was unhealthy: a failure, whatever its exit code */
  unhealthy?: boolean;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
/** So much of a delay, at most, is added by chance: containers that failed together don't come back together. */
const JITTER = 0.1;
/** Docker's: one that ran for so long had started well, and its next delay is the first again. */
export const STABLE_AFTER_MS = 10_000;

/** What docker's policies of these names do when a container has ended. */
export function restartsAfter(policy: RestartPolicy, ending: Ending): boolean {
  if (ending.desired === "stopped") return false;
  switch (policy.name) {
    case "no":
      return false;
    case "always":
    case "unless-stopped":
      return true;
    case "on-failure": {
      const failed = ending.exitCode !== 0 || ending.unhealthy === true;
      const hasTries = policy.maximumRetryCount === 0 || ending.restartCount < policy.maximumRetryCount;
      return failed && hasTries;
    }
  }
}

/** The same after a boot, when `always` also means one that was stopped by hand. */
export function startsAtBoot(policy: RestartPolicy, ending: Ending): boolean {
  return policy.name === "always" || restartsAfter(policy, ending);
}

/**
 * Milliseconds before the next start.
 * @param failures starts in a row that did not hold for STABLE_AFTER_MS, from 1 on
 * @param random from 0 to 1
 */
export function restartDelayMs(failures: number, random: number): number {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return Math.min(delayMs * (1 + JITTER * random), LONGEST_DELAY_MS);
}
