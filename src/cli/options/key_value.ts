/** `key=value` words: labels and sysctls, and files of labels. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { readTextFile, TextFileError } from "../../base/text_file.ts";

/** `com.example.tier=front`; a key alone has the value "". @throws UsageError for an empty key */
export function parseLabel(text: string): [key: string, value: string] {
  const [key, value] = cut(text);
  if (key === "") {
    throw new UsageError(`Cannot use the label '${text}': its key is empty`, {
      hint: "Write --label key=value",
    });
  }
  return [key, value ?? ""];
}

/** `net.core.somaxconn=1024`. @throws UsageError */
export function parseSysctl(text: string): [key: string, value: string] {
  const [key, value] = cut(text);
  if (!/^[a-z0-9_]+([./][a-z0-9_-]+)+$/i.test(key) || value === undefined) {
    throw new UsageError(`Cannot use the sysctl '${text}'`, {
      hint: "Write the name and the value: --sysctl net.core.somaxconn=1024",
    });
  }
  return [key, value];
}

/**
 * Labels of a file: one `key=value` a line; empty lines and those that begin with `#` count for nothing.
 * @throws BudgieError when it can't be read
 */
export function readLabelFile(path: string): [key: string, value: string][] {
  const lines = readFlagFile(path).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map(parseLabel);
}

/** The text of a file that a flag named. @throws BudgieError, exit code 125 */
export function readFlagFile(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    throw new BudgieError(error.message, { exitCode: 125, cause: error });
  }
}

/** The parts before and after the first `=`; no second part when there is none. */
export function cut(text: string): [string, string?] {
  const at = text.indexOf("=");
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
