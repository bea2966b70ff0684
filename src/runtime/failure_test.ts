import assert from "node:assert/strict";
import { parseExecFailure, parseRuntimeFailure } from "./failure.ts";

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

Deno.test("a working directory that is missing is not a command that is missing", () => {
  const words =
    'exec failed: unable to start container process: chdir to cwd ("/x") set in config.json failed: ' +
    "no such file or directory";
  assert.equal(parseRuntimeFailure(JSON.stringify({ level: "error", msg: words }))?.exitCode, 125);
});

Deno.test("crun's words for a directory and for a name that is too long", () => {
  const exitCode = (msg: string) => parseRuntimeFailure(JSON.stringify({ level: "error", msg }))?.exitCode;
  assert.equal(exitCode("open executable: Operation not permitted"), 126);
  assert.equal(exitCode("open executable: File name too long"), 127);
});

Deno.test("what can't be executed shows only in the container's output", () => {
  const json = '{"msg":"exec container process `/text`: Exec format error","level":"error","time":"…"}';
  for (const output of ["exec /text: exec format error", json]) {
    assert.deepEqual(parseExecFailure(output), { message: 'exec "/text": exec format error', exitCode: 126 });
  }
  assert.equal(parseExecFailure("sh: exec: line 1: /text: Exec format error"), undefined);
});
