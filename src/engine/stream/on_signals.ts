/** Signals to this process, for as long as a container or a command in it has our terminal. */

/** Calls `handler` instead of what the signals do by themselves, until disposed. */
export function onSignals(signals: Deno.Signal[], handler: (signal: Deno.Signal) => void): Disposable {
  const stack = new DisposableStack();
  for (const signal of signals) {
    const listener = () => handler(signal);
    Deno.addSignalListener(signal, listener);
    stack.defer(() => Deno.removeSignalListener(signal, listener));
  }
  return stack;
}
