/** Commands that take several names: each is tried, whatever became of the one before. */
import type { CliContext } from "./context.ts";
import { OutputClosedError } from "./context.ts";

/** Errors are reported one by one; the command then exits with the failure code. */
export async function forEach(
  context: CliContext,
  names: readonly string[],
  act: (name: string) => Promise<void> | void,
): Promise<void> {
  for (const name of names) {
    try {
      await act(name);
    } catch (error) {
      if (error instanceof OutputClosedError || context.interruptedBy) throw error;
      context.report(error);
    }
  }
}
