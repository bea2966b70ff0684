/** `-e` and `--env-file`. */
import { parseEnvFile } from "../../base/env_file.ts";
import { UsageError } from "../../base/errors.ts";
import { cut, readFlagFile } from "./key_value.ts";

/**
 * The variables of the files, then those of the flags, each name once: the last word counts. A name without
 * `=` takes the value that `host` has, and is left out where it has none.
 * @throws UsageError; EnvFileError
 */
export function collectEnvironment(
  flags: readonly string[],
  files: readonly string[],
  host: Readonly<Record<string, string>>,
): string[] {
  const variables = new Map<string, string>();
  for (const path of files) {
    const read = parseEnvFile(readFlagFile(path), { path, env: host });
    for (const [name, value] of Object.entries(read)) variables.set(name, value);
  }
  for (const flag of flags) {
    const [name, value] = cut(flag);
    if (name === "" || flag.includes("\0")) {
      throw new UsageError("Cannot set an environment variable without a name", {
        hint: "Write -e NAME=value",
      });
    }
    if (value !== undefined) variables.set(name, value);
    else if (Object.hasOwn(host, name)) variables.set(name, host[name]);
    else variables.delete(name);
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}
