/** Docker's flags about health, and what they say together. */
import { parseDuration } from "../../base/duration.ts";
import { UsageError } from "../../base/errors.ts";
import type { HealthcheckOption } from "../../store/container.ts";

/** As commander has them; "" and 0 are docker's ways to say "not given". */
export interface HealthFlags {
  healthCmd?: string;
  healthInterval?: number;
  healthTimeout?: number;
  healthRetries?: number;
  healthStartPeriod?: number;
  healthStartInterval?: number;
  healthOnFailure?: HealthcheckOption["onUnhealthy"];
  /** false with --no-healthcheck */
  healthcheck: boolean;
}

/**
 * undefined: everything is as the image says.
 * @throws UsageError for --no-healthcheck beside flags of a check
 */
export function healthOption(flags: HealthFlags): HealthcheckOption | undefined {
  const said: Omit<HealthcheckOption, "onUnhealthy"> = {
    // By the shell, whatever the words are: `none` is a program's name too.
    probe: flags.healthCmd ? { type: "command", test: ["CMD-SHELL", flags.healthCmd] } : undefined,
    intervalMs: flags.healthInterval || undefined,
    timeoutMs: flags.healthTimeout || undefined,
    retries: flags.healthRetries || undefined,
    startPeriodMs: flags.healthStartPeriod || undefined,
    startIntervalMs: flags.healthStartInterval || undefined,
  };
  const isSaid = flags.healthOnFailure !== undefined ||
    Object.values(said).some((value) => value !== undefined);
  if (!flags.healthcheck) {
    if (isSaid) {
      throw new UsageError("Cannot use --no-healthcheck with --health-* flags: they contradict each other", {
        hint: "Leave one of them out",
      });
    }
    return { probe: { type: "none" }, onUnhealthy: DEFAULT_ACTION };
  }
  return isSaid ? { ...said, onUnhealthy: flags.healthOnFailure ?? DEFAULT_ACTION } : undefined;
}

/** As for a check of the image's own: what the restart policy says, and that is nothing unless one was asked for. */
const DEFAULT_ACTION = "restart";

/** A Go duration of at least docker's shortest, 1ms, or 0. */
export function healthDuration(flag: string) {
  return (text: string): number => {
    const milliseconds = parseDuration(text);
    if (milliseconds === 0 || milliseconds >= 1) return milliseconds;
    throw new UsageError(`Cannot use ${flag} '${text}': it is a duration of at least 1ms, or 0`, {
      hint: `Write ${flag} 30s`,
    });
  };
}
