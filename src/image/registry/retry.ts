/** Trying again: how often, and after how long. */
import { sleep } from "../../base/sleep.ts";
import type { OnPullEvent } from "../progress.ts";
import { RegistryError } from "./errors.ts";

/** Waits in milliseconds. */
export interface RetryPolicy {
  /** tries without any progress, the first included */
  attempts: number;
  firstDelayMs: number;
  maxDelayMs: number;
  /** a registry that asks for a longer pause is not waited for */
  maxRetryAfterMs: number;
  /** a connection on which nothing comes for this long is given up */
  stallMs: number;
}

/** Gives up after about a quarter of a minute of failures in a row. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 5,
  firstDelayMs: 500,
  maxDelayMs: 16_000,
  maxRetryAfterMs: 60_000,
  stallMs: 30_000,
};

/** Repeats `operation` while it fails with what may pass. `what`: for the retry event. */
export async function retrying<Result>(
  operation: () => Promise<Result>,
  options: { what: string; policy: RetryPolicy; onEvent?: OnPullEvent; signal?: AbortSignal },
): Promise<Result> {
  for (let failures = 1;; failures++) {
    try {
      return await operation();
    } catch (error) {
      await pauseBeforeRetry(error, failures, options);
    }
  }
}

/** Waits before the next try, or throws `error` when there should be none. */
export async function pauseBeforeRetry(
  error: unknown,
  failures: number,
  options: { what: string; policy: RetryPolicy; onEvent?: OnPullEvent; signal?: AbortSignal },
): Promise<void> {
  const { what, policy, onEvent, signal } = options;
  signal?.throwIfAborted();
  if (!(error instanceof RegistryError) || !error.retryable || failures >= policy.attempts) throw error;
  if ((error.retryAfterMs ?? 0) > policy.maxRetryAfterMs) throw error;
  const delayMs = error.retryAfterMs ?? backOffMs(failures, policy);
  onEvent?.({ kind: "retry", what, reason: error.reason, delayMs });
  await sleep(delayMs, signal);
}

/**
 * Exponential back-off with jitter: between half of the delay and all of it, so that many machines
 * that lost the same registry do not come back in step.
 */
export function backOffMs(failures: number, policy: RetryPolicy, random = Math.random): number {
  const full = Math.min(policy.firstDelayMs * 2 ** (failures - 1), policy.maxDelayMs);
  return Math.round(full * (0.5 + random() / 2));
}

/** Milliseconds of a Retry-After header: seconds or an HTTP date (RFC 9110 §10.2.3). Nonsense is undefined. */
export function parseRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
