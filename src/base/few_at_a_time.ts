/** Many things to do, and few of them at once. */

/**
 * Calls `action` for each of `jobs`, the first ones first. The first failure ends the others by the signal that they get.
 * @throws that failure, or the reason of the caller's signal
 */
export async function fewAtATime<Job>(
  jobs: readonly Job[],
  action: (job: Job, signal: AbortSignal) => Promise<void>,
  { atATime, signal }: { atATime: number; signal?: AbortSignal },
): Promise<void> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) {
      try {
        await action(job, either);
      } catch (error) {
        failed.abort(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  either.throwIfAborted();
}
