/** `--log-driver` and `--log-opt`: budgie has one format of its own, and keeps it within bounds. */
import { didYouMean } from "../../base/did_you_mean.ts";
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { defaultLog, parseLogFiles, parseLogSize } from "../../engine/log/log_limits.ts";
import type { LogOption } from "../../store/container.ts";

/** Drivers of docker's and podman's that write files which `logs` reads: here they all mean budgie's own. */
const FILE_DRIVERS = ["cri", "json-file", "k8s-file", "local"] as const;
/** All that `--log-driver` takes. */
export const LOG_DRIVERS = [...FILE_DRIVERS, "none"];
const OTHER_DRIVERS = [
  "awslogs",
  "etwlogs",
  "fluentd",
  "gcplogs",
  "gelf",
  "journald",
  "passthrough",
  "passthrough-tty",
  "splunk",
  "syslog",
];
/** Keys of `--log-opt`. */
export const LOG_OPTIONS = ["max-size", "max-file"];

/** "none": nothing is kept. @throws UsageError; NotSupportedError */
export function parseLogDriver(text: string): "file" | "none" {
  if (text === "none") return "none";
  if (FILE_DRIVERS.some((driver) => driver === text)) return "file";
  if (OTHER_DRIVERS.includes(text)) {
    throw new NotSupportedError(`--log-driver ${text}`, { hint: KNOWN_DRIVERS });
  }
  throw new UsageError(`Cannot use --log-driver '${text}': there is no such driver`, { hint: KNOWN_DRIVERS });
}

const KNOWN_DRIVERS = `One of ${FILE_DRIVERS.join(", ")}, which all mean budgie's own format, or none`;

/** `max-size=10m` or `max-file=3`. @throws UsageError */
export function parseLogOpt(text: string): Partial<LogOption> {
  const [, name, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [undefined, text, ""];
  const what = `--log-opt ${name}=`;
  if (name === "max-size") return { maxSizeBytes: parseLogSize(value, what) };
  if (name === "max-file") return { maxFiles: parseLogFiles(value, what) };
  const guess = didYouMean(name, LOG_OPTIONS);
  throw new UsageError(`Cannot use --log-opt '${name}': there is no such option`, {
    hint: guess ? `Did you mean ${guess}?` : `There are ${LOG_OPTIONS.join(" and ")}`,
  });
}

/** What the flags say together, over the defaults of the environment. @throws UsageError */
export function logOption(
  flags: { logDriver?: "file" | "none"; logOpt: Partial<LogOption>[] },
  env?: { get(name: string): string | undefined },
): LogOption {
  const log: LogOption = Object.assign(defaultLog(env), ...flags.logOpt);
  if (flags.logDriver !== "none") return log;
  if (flags.logOpt.length > 0) {
    throw new UsageError("Cannot use --log-opt with --log-driver none: nothing is kept");
  }
  return { ...log, maxFiles: 0 };
}
