/** A bound on the time of one step, of which nothing is left when the step is done. */

export interface Deadline extends Disposable {
  signal: AbortSignal;
}

/**
 * Aborts after `timeoutMs`, or together with `outer`. AbortSignal.timeout() and AbortSignal.any() would keep what
 * listens to them for the whole time, however soon the step is done.
 */
export function deadline(timeoutMs: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const onAbort = () => controller.abort(outer.reason);
  if (outer.aborted) onAbort();
  outer.addEventListener("abort", onAbort);
  const late = () => controller.abort(new DOMException("It took too long", "TimeoutError"));
  const timer = setTimeout(late, timeoutMs);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      outer.removeEventListener("abort", onAbort);
    },
  };
}
