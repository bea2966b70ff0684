/** `--security-opt` and its values, in docker's words. */
import { UsageError } from "../base/errors.ts";

/** undefined where nothing was said. */
export interface SecurityOptions {
  noNewPrivileges: boolean;
  /** unconfined, or the path of a profile */
  seccomp?: string;
  /** unconfined, or the name of a loaded profile */
  apparmor?: string;
  /** nothing of /proc and /sys is hidden or read-only */
  unconfinedSystemPaths: boolean;
}

/** @throws UsageError for an option that does not exist, or that would silently do nothing here */
export function parseSecurityOptions(options: readonly string[]): SecurityOptions {
  const parsed: SecurityOptions = { noNewPrivileges: false, unconfinedSystemPaths: false };
  for (const option of options) {
    const [, key, value = ""] = /^([^=:]*)[=:]?(.*)$/s.exec(option)!;
    if (key === "no-new-privileges" && ["", "true", "false"].includes(value)) {
      parsed.noNewPrivileges = value !== "false";
    } else if (key === "seccomp" && value) {
      parsed.seccomp = value === "builtin" ? undefined : value;
    } else if (key === "apparmor" && value) {
      parsed.apparmor = value;
    } else if (key === "systempaths" && value === "unconfined") {
      parsed.unconfinedSystemPaths = true;
    } else if (!(key === "label" && value === "disable")) {
      throw unknownOption(option, key);
    }
  }
  return parsed;
}

function unknownOption(option: string, key: string): UsageError {
  if (key === "label") {
    return new UsageError(`Cannot use security option '${option}': SELinux labels are not supported`, {
      hint: "Only label=disable is accepted",
    });
  }
  return new UsageError(`Cannot use security option '${option}'`, {
    hint:
      "There are no-new-privileges, seccomp=FILE|unconfined, apparmor=NAME|unconfined and systempaths=unconfined",
  });
}
