import assert from "node:assert/strict";
import { processRlimits } from "./rlimits.ts";

const CAP_SYS_RESOURCE = 1n << 24n;
const OWN = `Limit                     Soft Limit           Hard Limit           Units
Max open files            1024                 20000                files
Max core file size        0                    unlimited            bytes
`;

function rlimits(name: string, soft: number, hard: number, capabilities = 0n) {
  return processRlimits([{ name, soft, hard }], { capabilities }, () => OWN);
}

Deno.test("a limit up to our own is passed on", () => {
  assert.deepEqual(rlimits("nofile", 10, 20000), [{ type: "RLIMIT_NOFILE", soft: 10, hard: 20000 }]);
  assert.deepEqual(rlimits("core", -1, -1), [{ type: "RLIMIT_CORE", soft: -1, hard: -1 }]);
});

Deno.test("a hard limit above ours is refused without CAP_SYS_RESOURCE", () => {
  const expected = /Cannot set the limit nofile=20001: this host lets us have at most 20000/;
  assert.throws(() => rlimits("nofile", 10, 20001), expected);
  assert.throws(() => rlimits("nofile", 10, -1), /nofile=-1/);
  assert.equal(rlimits("nofile", 10, -1, CAP_SYS_RESOURCE).length, 1);
});

Deno.test("an unknown name, and a soft limit above the hard one, are refused", () => {
  assert.throws(() => rlimits("files", 1, 1), /Cannot set the limit 'files'/);
  assert.throws(() => rlimits("nofile", 2, 1), /the soft limit is above the hard one/);
  assert.throws(() => rlimits("nofile", -1, 1), /the soft limit is above the hard one/);
});

Deno.test("every name has its line in this kernel's /proc/self/limits", () => {
  const names =
    "as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack";
  for (const name of names.split(" ")) {
    assert.equal(processRlimits([{ name, soft: 0, hard: 0 }], { capabilities: 0n }).length, 1);
  }
});
