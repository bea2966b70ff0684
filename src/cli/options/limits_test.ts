import assert from "node:assert/strict";
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { parseDevice } from "./device.ts";
import { cpuList, parseCpus, sizeValue, wholeNumber } from "./number.ts";
import { parseUlimit } from "./ulimit.ts";

Deno.test("parseDevice() takes a path, another path, permissions, or both", () => {
  const fuse = { hostPath: "/dev/fuse", containerPath: "/dev/fuse", permissions: "rwm" };
  assert.deepEqual(parseDevice("/dev/fuse"), fuse);
  assert.deepEqual(parseDevice("/dev/fuse:rw"), { ...fuse, permissions: "rw" });
  assert.deepEqual(parseDevice("/dev/fuse:/dev/x:r"), { ...fuse, containerPath: "/dev/x", permissions: "r" });
  for (const text of ["fuse", "/dev/a:b", "/dev/a:/dev/b:x", "/dev/a:/dev/b:rr", "/a:/b:r:w"]) {
    assert.throws(() => parseDevice(text), UsageError, text);
  }
  assert.throws(() => parseDevice("nvidia.com/gpu=all"), NotSupportedError);
});

Deno.test("parseUlimit() takes one number for both limits, and -1 as none", () => {
  assert.deepEqual(parseUlimit("nofile=1024"), { name: "nofile", soft: 1024, hard: 1024 });
  assert.deepEqual(parseUlimit("core=0:-1"), { name: "core", soft: 0, hard: -1 });
  assert.deepEqual(parseUlimit("stack=unlimited"), { name: "stack", soft: -1, hard: -1 });
  assert.throws(() => parseUlimit("files=1"), /no limit 'files'/);
  assert.throws(() => parseUlimit("nofile=2:1"), /above/);
  assert.throws(() => parseUlimit("nofile=-1:1"), /above/);
  assert.throws(() => parseUlimit("nofile"), UsageError);
});

Deno.test("numbers in flags say their flag and their range", () => {
  assert.equal(wholeNumber("--x", 0, 9)("7"), 7);
  for (const text of ["10", "-1", "1.5", "", "0x1", "seven"]) {
    assert.throws(() => wholeNumber("--x", 0, 9)(text), /--x .*from 0 to 9/, text);
  }
  assert.equal(sizeValue("--memory")("512m"), 512 * 1024 ** 2);
  assert.equal(sizeValue("--memory-swap", { unlimited: true })("-1"), -1);
  assert.throws(() => sizeValue("--memory")("-1"), /--memory '-1'/);
  assert.equal(parseCpus("1.5"), 1_500_000_000);
  assert.equal(parseCpus("0"), 0); // docker's way to say "no limit"
  for (const text of ["-1", "two", ""]) assert.throws(() => parseCpus(text), UsageError, text);
  assert.equal(cpuList("--cpuset-cpus")("0-2,4"), "0-2,4");
  assert.equal(cpuList("--cpuset-cpus")(""), "");
  assert.throws(() => cpuList("--cpuset-cpus")("0-"), UsageError);
});
