import { formatGoDuration } from "../../base/duration.ts";

/** What one probe found: exit code 0 healthy, 1 unhealthy, others failures of the probe itself. */
export interface ProbeResult {
  exitCode: number;
  /** for the person who asks why: what the program printed, or a sentence */
  output: string;
}

/** Asks once. Soon after the signal aborts it gives up; what it then returns or throws is not looked at. */
export type Probe = (signal: AbortSignal) => Promise<ProbeResult>;

/** Docker's: so much is kept of a probe's output. */
export const MAX_OUTPUT_BYTES = 4096;

/** "Dockerfile reference", HEALTHCHECK: the exit status. */
const HEALTHY = 0;
const UNHEALTHY = 1;
/** docker reserves it */
const IMPOSSIBLE = 2;

/** Docker's exit code of a probe that came to no answer. */
const NO_ANSWER = -1;

export function succeeded(output: string): ProbeResult {
  return { exitCode: HEALTHY, output };
}

export function failed(output: string): ProbeResult {
  return { exitCode: UNHEALTHY, output };
}

/** The check itself makes no sense for this container. */
export function impossible(output: string): ProbeResult {
  return { exitCode: IMPOSSIBLE, output };
}

/** A probe that throws is a failed one: what is wrong with it belongs into the log of the health. */
export function failedProbe(error: unknown): ProbeResult {
  return { exitCode: NO_ANSWER, output: error instanceof Error ? error.message : String(error) };
}

/** What docker says of a probe that took too long, and what that had printed until then. */
export function timedOut(timeoutMs: number, output = ""): ProbeResult {
  const sentence = `Health check exceeded timeout (${formatGoDuration(timeoutMs)})`;
  return { exitCode: NO_ANSWER, output: output === "" ? sentence : `${sentence}: ${output}` };
}
