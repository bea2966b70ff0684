/** The runtime could not start the container's process. */
import { BudgieError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { ContainerView } from "./view.ts";

export class StartError extends BudgieError {
  override name = "StartError";

  constructor(record: ContainerRecord, ended: ContainerView) {
    // Without a reason it was removed while it started, or its shell could not even start the runtime.
    const { error = "it ended before it began", exitCode } = ended;
    super(`Cannot start '${record.name}': ${error}`, { hint: HINTS[exitCode], exitCode: exitCode || 125 });
  }
}

const HINTS: Record<number, string> = {
  125: "The runtime refused: its reason is above",
  126: "The command is there but cannot be run: is it executable, and for this machine's architecture?",
  127: "Is the command in the image, and on its PATH?",
};
