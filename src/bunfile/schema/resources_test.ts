import type { BunFile } from "../bun_file.ts";
import { testBad, testGood } from "../testing/cases.ts";

const MIB = 1024 ** 2;
const read = (resources: Partial<BunFile["resources"]>) => ({ resources: resources as BunFile["resources"] });

testGood([
  ["name: web", read({})],
  [
    "resources: {cpu_shares: 512, cpu_quota: 50000, cpu_period: 100000, cpuset: '0-3,6', memory_limit: 512m, " +
    "memory_swap: 1g, memory_reservation: 256m, blkio_weight: 300, pids_limit: 200}",
    read({
      cpu_shares: 512,
      cpu_quota: 50_000,
      cpu_period: 100_000,
      cpuset: "0-3,6",
      memory_limit: 512 * MIB,
      memory_swap: 1024 * MIB,
      memory_reservation: 256 * MIB,
      blkio_weight: 300,
      pids_limit: 200,
    }),
  ],
  ["resources: {cpus: 1.5, cpuset: 0, pids_limit: -1}", read({ cpus: 1.5, cpuset: "0", pids_limit: -1 })],
  [
    "resources: {cpus: '0.5', memory_limit: 8388608, memory_swap: -1}",
    read({ cpus: 0.5, memory_limit: 8 * MIB, memory_swap: -1 }),
  ],
  ["resources: {cpu_quota: -1, pids_limit: '${PORT}'}", read({ cpu_quota: -1, pids_limit: 8080 })],
]);

testBad([
  [
    "resources: {cpu_shares: 1, cpu_period: 10, cpu_quota: 5, blkio_weight: 1001, pids_limit: 0}",
    "1:25: resources.cpu_shares is '1'; expected a whole number from 2 to 262144",
    "1:40: resources.cpu_period is '10'; expected a whole number from 1000 to 1000000",
    "1:55: resources.cpu_quota is '5'; expected a whole number from 1000, or -1 for no limit",
    "1:72: resources.blkio_weight is '1001'; expected a whole number from 10 to 1000",
    "1:90: resources.pids_limit is '0'; expected a whole number from 1, or -1 for no limit",
  ],
  [
    "resources: {cpus: 0, cpuset: 0-, cpu_shares: 2.5, pids_limit: many}",
    "1:19: resources.cpus is '0'; expected a number from 0.01 to 8192",
    "1:30: resources.cpuset is '0-'; expected CPU numbers, such as 0-3,6",
    "1:46: resources.cpu_shares is '2.5'; expected a whole number from 2 to 262144",
    "1:63: resources.pids_limit is 'many'; expected a whole number from 1, or -1 for no limit",
  ],
  [
    "resources: {cpus: .nan, memory_limit: -1, pids_limit: ''}",
    "1:19: resources.cpus is '.nan'; expected a number from 0.01 to 8192",
    "1:39: resources.memory_limit is '-1'; expected bytes, or a size such as 64k, 512m, 1.5g, from 6m",
    "1:55: resources.pids_limit is ''; expected a whole number from 1, or -1 for no limit",
  ],
  [
    "resources: {memory_limit: 512x}",
    "1:27: resources.memory_limit is '512x'; expected bytes, or a size such as 64k, 512m, 1.5g, from 6m",
  ],
  [
    "resources: {cpus: 1, cpu_quota: 5000, cpu_period: 5000}",
    "1:33: resources.cpu_quota is '5000'; only one of cpus, cpu_quota may be given",
    "1:51: resources.cpu_period is '5000'; only one of cpus, cpu_period may be given",
  ],
  ["resources: {memory_swap: 1g}", "1:26: resources.memory_swap is '1g'; memory_swap needs memory_limit"],
  [
    "resources: {memory_limit: 512m, memory_swap: 256m, memory_reservation: 1g}",
    "1:46: resources.memory_swap is '256m'; memory_swap counts memory and swap together, so it may not be below memory_limit",
    "1:72: resources.memory_reservation is '1g'; memory_reservation may not be above memory_limit",
  ],
  ["resources: {memory: 1g}", "1:13: unknown key 'memory' in resources; write memory_limit"],
]);
