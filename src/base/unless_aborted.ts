/** Connecting, but not for longer than somebody wants it. */

/**
 * The connection, unless the signal aborts before; one that comes too late is closed. Deno.connect() can be aborted
 * itself, but forgets to close one that came about at the same moment.
 */
export async function unlessAborted(
  connecting: Promise<Deno.TcpConn>,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    connecting.then((late) => late.close(), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
