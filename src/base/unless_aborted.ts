/** Waiting for something, but not for longer than somebody wants it. */

/** What `promise` gives. @throws the signal's reason when it aborts before */
export async function unlessAborted<Result>(
  promise: Result | Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * The connection, unless the signal aborts before; one that comes too late is closed. Deno.connect() can be aborted
 * itself, but forgets to close one that came about at the same moment.
 */
export async function connectedUnlessAborted(
  connecting: Promise<Deno.TcpConn>,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  try {
    return await unlessAborted(connecting, signal);
  } catch (error) {
    connecting.then((late) => late.close(), () => {});
    throw error;
  }
}
