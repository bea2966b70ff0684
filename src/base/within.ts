/** Waiting for something, but not for ever. */

/** Whether `promise` is fulfilled in time; negative: it has all the time. A rejection is passed on. */
export async function within(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: number | undefined;
  const timeout = new Promise<false>((resolve) => {
    if (timeoutMs >= 0) timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([promise.then(() => true as const), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
