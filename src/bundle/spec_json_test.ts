import assert from "node:assert/strict";
import type { SpecProcess } from "../../oci/runtime_spec.ts";
import { formatSpec } from "./spec_json.ts";

const PROCESS: SpecProcess = {
  user: { uid: 0, gid: 0 },
  args: ["sh"],
  env: [],
  cwd: "/",
  rlimits: [{ type: "RLIMIT_CORE", soft: 7, hard: -1 }],
};

Deno.test("no limit is 2^64 - 1 to the last digit", () => {
  assert.match(formatSpec(PROCESS), /"soft":7,"hard":18446744073709551615}/);
});

Deno.test("what was read back is written the same", () => {
  const text = formatSpec(PROCESS);
  assert.equal(formatSpec(JSON.parse(text)), text);
});
