/** The runtime could not start the container's process. */
import { BudgieError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { ContainerView } from "./view.ts";

export class StartError extends BudgieError {
  override name = "StartError";

  constructor(record: ContainerRecord, ended: ContainerView) {
    // Without a reason it was removed while it started, or its shell could not even start the runtime.
    const { error = "it ended before it began", exitCode } = ended;
    super(`Cannot start '${record.name}': ${error}`, {
      hint: START_HINTS[exitCode],
      exitCode: exitCode || 125,
    });
  }
}

/** What to do, by docker's exit code; nothing is known to help where the runtime refused (125). */
export const START_HINTS: Record<number, string | undefined> = {
  126: "The command is there but cannot be run: is it executable, and for this machine's architecture?",
  127: "Is the command in the image, and on its PATH?",
};
