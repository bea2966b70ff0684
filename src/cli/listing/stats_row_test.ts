import assert from "node:assert/strict";
import { sampleView } from "../testing/sample.ts";
import { statsRow } from "./stats_row.ts";

const USAGE = {
  atMs: 0,
  cpuNanoseconds: 0,
  memoryBytes: 16 * 1024 ** 2,
  memoryLimitBytes: 64 * 1024 ** 2,
  network: { receivedBytes: 1500, sentBytes: 7 },
  block: { readBytes: 0, writtenBytes: 4_096_000 },
  pids: 3,
};

Deno.test("statsRow() has docker's words; 100 % is one CPU", () => {
  const now = { ...USAGE, atMs: 2000, cpuNanoseconds: 3e9 };
  assert.deepEqual(statsRow({ view: sampleView(), before: USAGE, now }, { truncate: true }), {
    Container: "0123456789ab",
    ID: "0123456789ab",
    Name: "web",
    CPUPerc: "150.00%",
    MemUsage: "16MiB / 64MiB",
    MemPerc: "25.00%",
    NetIO: "1.5kB / 7B",
    BlockIO: "0B / 4.1MB",
    PIDs: "3",
  });
});

Deno.test("statsRow() of a stopped container is zeros", () => {
  const row = statsRow({ view: sampleView({ status: "exited" }) }, { truncate: true });
  assert.equal(row.CPUPerc + row.MemUsage + row.MemPerc + row.NetIO + row.PIDs, "0.00%0B / 0B0.00%0B / 0B0");
});

Deno.test("statsRow() counts from 0 where the container was started anew between the looks", () => {
  const before = { ...USAGE, cpuNanoseconds: 9e9 };
  const now = { ...USAGE, atMs: 1000, cpuNanoseconds: 1e9 };
  assert.equal(statsRow({ view: sampleView(), before, now }, { truncate: true }).CPUPerc, "0.00%");
});
