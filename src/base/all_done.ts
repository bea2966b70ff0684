/** Waits for steps that share something: where one fails, the others still need it until they end. */

/** @throws what the first one threw, when none of them goes on any more */
export async function allDone(steps: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(steps)) if (result.status === "rejected") throw result.reason;
}
