import assert from "node:assert/strict";
import { parseRuntimeFailure } from "./failure.ts";

const line = (msg: string, level = "error") => JSON.stringify({ level, msg, time: "2026-01-02T15:04:05Z" });

Deno.test("a command that is not there exits with 127, in the words of runc and of crun", () => {
  for (
    const msg of [
      'runc run failed: unable to start container process: exec: "nope": executable file not found in $PATH',
      'runc run failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory',
      "executable file `nope` not found in $PATH: No such file or directory",
    ]
  ) assert.equal(parseRuntimeFailure(line(msg))?.exitCode, 127, msg);
});

Deno.test("a command that cannot be run exits with 126", () => {
  for (
    const msg of [
      'runc run failed: unable to start container process: exec: "/etc": permission denied',
      'runc run failed: unable to start container process: exec: "/etc": is a directory',
      "open executable: Permission denied",
    ]
  ) assert.equal(parseRuntimeFailure(line(msg))?.exitCode, 126, msg);
});

Deno.test("anything else exits with 125, also a file that is missing for a mount", () => {
  const msg = 'error mounting "/x" to rootfs at "/y": stat /x: no such file or directory';
  assert.deepEqual(parseRuntimeFailure(line(`runc run failed: ${msg}`)), { message: msg, exitCode: 125 });
});

Deno.test("the last error counts, and other lines are passed over", () => {
  const log = [line("first"), "not JSON", line("only a warning", "warning"), line("last"), ""].join("\n");
  assert.equal(parseRuntimeFailure(log)?.message, "last");
  assert.equal(parseRuntimeFailure("not JSON\n"), undefined);
});
