import assert from "node:assert/strict";
import type { ResourceOptions } from "../store/container.ts";
import { containerLimits, type UnenforcedLimitError } from "./resources.ts";

const MIB = 1024 ** 2;
const ALL = ["memory", "memory.swap", "cpu", "cpuset", "pids", "io", "blkio", "blkio.weight"];

function limits(options: ResourceOptions, controllers: string[] = ALL) {
  return containerLimits(options, { version: 2, controllers: new Set(controllers) }, (error) => {
    throw error;
  });
}

Deno.test("nothing asked is nothing limited", () => {
  assert.deepEqual(limits({}, []), {
    memory: undefined,
    cpu: undefined,
    pids: undefined,
    blockIO: undefined,
  });
});

Deno.test("zero is not given, as for docker", () => {
  const zeros = {
    memoryBytes: 0,
    memorySwapBytes: 0,
    cpuShares: 0,
    nanoCpus: 0,
    blkioWeight: 0,
    cpusetCpus: "",
  };
  assert.deepEqual(limits(zeros, []), limits({}, []));
});

Deno.test("a memory limit brings as much swap, where the kernel counts swap", () => {
  assert.equal(limits({ memoryBytes: 64 * MIB }).memory?.swap, 128 * MIB);
  assert.equal(limits({ memoryBytes: 64 * MIB }, ["memory"]).memory?.swap, undefined);
  assert.equal(limits({ memoryBytes: 64 * MIB, memorySwapBytes: -1 }).memory?.swap, -1);
});

Deno.test("--cpus is a quota of docker's period", () => {
  assert.deepEqual(limits({ nanoCpus: 500_000_000 }).cpu, {
    shares: undefined,
    period: 100_000,
    quota: 50_000,
  });
});

Deno.test("a pids limit of -1 or 0 is none, and needs no controller", () => {
  assert.equal(limits({ pidsLimit: -1 }, []).pids, undefined);
  assert.equal(limits({ pidsLimit: 0 }, []).pids, undefined);
  assert.deepEqual(limits({ pidsLimit: 5 }).pids, { limit: 5 });
});

for (
  const [options, message] of [
    [{ memoryBytes: MIB }, /Cannot use --memory 1048576/],
    [{ memorySwapBytes: 64 * MIB }, /Cannot use --memory-swap/],
    [{ memoryBytes: 64 * MIB, memorySwapBytes: 32 * MIB }, /Cannot use --memory-swap/],
    [{ memoryBytes: 64 * MIB, memoryReservationBytes: 65 * MIB }, /Cannot use --memory-reservation/],
    [{ nanoCpus: 1, cpuQuota: 1 }, /Cannot use --cpus together with/],
    [{ nanoCpus: 1e15 }, /Cannot use --cpus 1000000/],
    [{ cpuQuota: 999 }, /Cannot use --cpu-quota 999: /],
    [{ cpuPeriod: 1_000_001 }, /Cannot use --cpu-period 1000001: /],
    [{ cpuShares: 1 }, /Cannot use --cpu-shares 1: /],
    [{ cpusetCpus: "0,4095" }, /Cannot use --cpuset-cpus 0,4095: it needs CPUs that this machine has: 0/],
    [{ blkioWeight: 5 }, /Cannot use --blkio-weight 5/],
  ] as [ResourceOptions, RegExp][]
) {
  Deno.test(`${JSON.stringify(options)} makes no sense`, () => assert.throws(() => limits(options), message));
}

for (
  const [options, missing] of [
    [{ memoryBytes: 64 * MIB }, "memory"],
    [{ memoryReservationBytes: 64 * MIB }, "memory"],
    [{ memoryBytes: 64 * MIB, memorySwapBytes: 64 * MIB }, "memory.swap"],
    [{ cpuShares: 10 }, "cpu"],
    [{ nanoCpus: 500_000_000 }, "cpu"],
    [{ cpusetCpus: "0" }, "cpuset"],
    [{ pidsLimit: 10 }, "pids"],
    [{ blkioWeight: 100 }, "blkio.weight"],
  ] as [ResourceOptions, string][]
) {
  const flags = Object.keys(options).join(" and ");
  const without = ALL.filter((name) => name !== missing);

  Deno.test(`${flags} without ${missing} is refused with a fix`, () => {
    assert.throws(() => limits(options, without), (error: UnenforcedLimitError) => {
      assert.equal(error.name, "UnenforcedLimitError");
      assert.match(error.hint!, /--allow-unenforced-limits$/);
      return true;
    });
  });

  Deno.test(`${flags} without ${missing} is left out, and said so, where that is accepted`, () => {
    const warnings: string[] = [];
    const cgroup = { version: 2 as const, controllers: new Set(without) };
    containerLimits(options, cgroup, (error) => warnings.push(error.message));
    assert.equal(warnings.length, 1);
  });
}

Deno.test("the missing memory controller names the line for a Raspberry Pi", () => {
  assert.throws(() => limits({ memoryBytes: 64 * MIB }, []), (error: UnenforcedLimitError) => {
    assert.match(error.message, /^Cannot limit the container with --memory: the memory controller/);
    assert.match(error.hint!, /cgroup_enable=memory cgroup_memory=1.*cmdline\.txt/);
    return true;
  });
});
