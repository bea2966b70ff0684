/** What a user asks to be started, and is told at once when it can't be. */
import type { ContainerRecord } from "../store/container.ts";
import type { Engine } from "./engine.ts";
import { StartError } from "./start_error.ts";
import { wantStopped } from "./stop.ts";

/** docker's codes for a command that can't be executed, or is not there. */
const PERMANENT = [126, 127];

/**
 * Passes the result of a start on. A command that is wrong is not tried again by the restart policy: the person
 * sees the error, and no time mends it. Anything else may be there the next time.
 */
export async function startByUser<Result>(
  engine: Engine,
  record: ContainerRecord,
  start: () => Promise<Result>,
): Promise<Result> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof StartError && PERMANENT.includes(error.exitCode!)) wantStopped(engine, record);
    throw error;
  }
}
