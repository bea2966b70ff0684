/** Bytes to our own standard output or error while other work goes on, also when their reader is slow. */
import { BudgieError } from "../../base/errors.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import * as own from "../../engine/stream/terminal_streams.ts";
import { OutputClosedError } from "../context.ts";

/**
 * Writes all of them. Where nobody reads, it waits until `signal` aborts.
 * @throws OutputClosedError when the reader has gone; what `signal` was aborted with
 */
export async function writeToStream(
  stream: "stdout" | "stderr",
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await unlessAborted(own.toOwnStreams(stream, bytes), signal);
  } catch (error) {
    if (!(error instanceof own.OutputClosedError)) throw error;
    if ((error.cause as { code?: string }).code === "EPIPE") throw new OutputClosedError();
    throw new BudgieError(`Cannot write the logs: ${error.message}`, { cause: error });
  }
}
