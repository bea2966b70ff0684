/** Commands that take several names: each is tried, whatever became of the one before. */
import type { CliContext } from "./context.ts";
import { OutputClosedError } from "./context.ts";

/** Errors are reported one by one; the command then exits with the failure code. */
export async function forEach<Thing>(
  context: CliContext,
  things: readonly Thing[],
  act: (thing: Thing) => Promise<void> | void,
): Promise<void> {
  for (const thing of things) {
    try {
      await act(thing);
    } catch (error) {
      if (error instanceof OutputClosedError || context.interruptedBy) throw error;
      context.report(error);
    }
  }
}
