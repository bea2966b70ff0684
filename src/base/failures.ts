/** What a block threw whose resources could not be disposed of either: the language makes one error of both. */

/** Each failure by itself, in the order in which they came; of an ordinary error only that one. */
export function failuresIn(error: unknown): unknown[] {
  if (!(error instanceof SuppressedError)) return [error];
  return [...failuresIn(error.suppressed), ...failuresIn(error.error)];
}

/** All of them with their stacks, for a log. */
export function stackOf(error: unknown): string {
  return failuresIn(error)
    .map((failure) => failure instanceof Error ? failure.stack ?? failure.message : String(failure))
    .join("\n");
}
