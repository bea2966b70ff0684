import assert from "node:assert/strict";
import { mergeResources } from "./update.ts";

Deno.test("mergeResources() keeps what is not mentioned", () => {
  const merged = mergeResources({ memoryBytes: 1, pidsLimit: 5 }, { memoryBytes: 2, cpuShares: undefined });
  assert.deepEqual(merged, { memoryBytes: 2, pidsLimit: 5 });
});

Deno.test("mergeResources(): --cpus takes the place of quota and period, and they of it", () => {
  assert.deepEqual(mergeResources({ cpuQuota: 1000, cpuPeriod: 2000 }, { nanoCpus: 5e8 }), { nanoCpus: 5e8 });
  assert.deepEqual(mergeResources({ nanoCpus: 5e8 }, { cpuQuota: 1000 }), { cpuQuota: 1000 });
});
