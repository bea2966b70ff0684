/** Why a runtime could not start a process: from its JSON log to a sentence and docker's exit code. */

/** `exitCode` as docker's: 126 cannot be invoked, 127 not found, 125 anything else. */
export interface RuntimeFailure {
  message: string;
  exitCode: 125 | 126 | 127;
}

/**
 * The last error in a runtime's log.
 * @param log lines like `{"level":"error","msg":"…","time":"…"}`, as runc and crun write them
 */
export function parseRuntimeFailure(log: string): RuntimeFailure | undefined {
  const messages = log.split("\n").flatMap((line) => {
    try {
      const { level, msg } = JSON.parse(line);
      return level === "error" && typeof msg === "string" ? [msg] : [];
    } catch {
      return [];
    }
  });
  const last = messages.at(-1);
  if (last === undefined) return undefined;
  const message = trimPrefixes(last);
  return { message, exitCode: classify(message) };
}

/** What runc puts in front of every reason. */
function trimPrefixes(message: string): string {
  const prefixes =
    /^(runc (run|create|exec) failed: |exec failed: |unable to start container process: |container_linux\.go:\d+: )+/;
  return message.replace(prefixes, "").trim();
}

/**
 * The failure of an execve(2) at the very end of a start, which runc and crun tell only on the container's
 * own standard error: of a script without `#!`, or a program for another architecture.
 * @param output the last line of the container's output
 */
export function parseExecFailure(output: string): RuntimeFailure | undefined {
  const match = /^exec (\/.*): exec format error$/.exec(output) ??
    /"msg":"exec container process `(.*)`: Exec format error"/.exec(output);
  return match ? { message: `exec "${match[1]}": exec format error`, exitCode: 126 } : undefined;
}

function classify(message: string): RuntimeFailure["exitCode"] {
  // Only the failures of the program itself; a missing mount source or folder says "no such file" too.
  if (!/\bexec\b|executable|open executable/i.test(message)) return 125;
  if (/executable file .*not found|no such file or directory|file name too long/i.test(message)) return 127;
  if (
    /permission denied|operation not permitted|is a directory|not a directory|exec format error|not executable/i
      .test(message)
  ) {
    return 126;
  }
  return 125;
}
