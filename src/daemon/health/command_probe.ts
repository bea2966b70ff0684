/** A health check by a command in the container, docker's own kind. */
import type { Healthcheck } from "../../engine/policy/healthcheck.ts";
import { impossible, MAX_OUTPUT_BYTES, type ProbeResult, timedOut } from "./probe_result.ts";

/** Runs a command in the container, with no input; `output` is what it wrote to both of its outputs. */
export type ExecProbe = (options: {
  command: string[];
  timeoutMs: number;
  maxOutputBytes: number;
  signal: AbortSignal;
}) => Promise<{ exitCode: number; output: string; timedOut: boolean }>;

/** Docker's, where the image names none. */
const DEFAULT_SHELL = ["/bin/sh", "-c"];

interface CommandOptions {
  /** the image's, with which CMD-SHELL is run */
  shell?: string[];
  exec: ExecProbe;
  signal: AbortSignal;
}

/** @param test as in docker's image-spec: CMD and words, or CMD-SHELL and one */
export async function probeCommand(
  test: string[],
  { timeoutMs }: Pick<Healthcheck, "timeoutMs">,
  { shell = DEFAULT_SHELL, exec, signal }: CommandOptions,
): Promise<ProbeResult> {
  const [kind, ...words] = test;
  const command = kind === "CMD-SHELL" ? [...shell, ...words] : words;
  if (command.length === 0) return impossible("Cannot run the health check: it has no command");
  const ended = await exec({ command, timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES, signal });
  if (ended.timedOut) return timedOut(timeoutMs, ended.output);
  return { exitCode: ended.exitCode, output: ended.output };
}
