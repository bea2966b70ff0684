import { exclusive, object, optional } from "../../yaml/types/object.ts";
import { decimal, integer, size, text } from "../../yaml/types/scalar.ts";

const MIB = 1024 ** 2;
/** The kernel cannot start a process in less; docker's bound. */
const MIN_MEMORY = 6 * MIB;

/** Limits, sizes in bytes; undefined: none. */
export const resources = object({
  cpu_shares: optional(integer({ min: 2, max: 262_144 }), {
    about: "Weight against other containers when CPUs are scarce; 1024 is usual.",
    example: "512",
    otherwise: "1024",
  }),
  cpu_quota: optional(integer({ min: 1000, also: -1, alsoMeans: "no limit" }, "microseconds"), {
    about: "CPU time in each `cpu_period`.",
    example: "50000",
    otherwise: "no limit",
  }),
  cpu_period: optional(integer({ min: 1000, max: 1_000_000 }, "microseconds"), {
    about: "The period that `cpu_quota` counts in.",
    example: "100000",
    otherwise: "100000",
  }),
  cpus: optional(decimal({ min: 0.01, max: 8192 }, "CPUs"), {
    about: "How many CPUs' worth of time; in place of `cpu_quota` and `cpu_period`.",
    example: "1.5",
    otherwise: "no limit",
  }),
  cpuset: optional(text("CPU numbers, such as 0-3,6", /^\d+(-\d+)?(,\d+(-\d+)?)*$/), {
    about: "The CPUs it may run on.",
    example: "0-1",
    otherwise: "all",
  }),
  memory_limit: optional(size({ min: MIN_MEMORY }), {
    about: "Memory it may use; it is ended when it needs more.",
    example: "512m",
    otherwise: "no limit",
  }),
  memory_swap: optional(size({ min: 0, also: -1, alsoMeans: "no limit" }), {
    about: "Memory and swap together: `memory_limit` again means no swap.",
    example: "1g",
    otherwise: "twice `memory_limit`",
  }),
  memory_reservation: optional(size({ min: MIN_MEMORY }), {
    about: "Memory that it is pushed back to when the host runs short.",
    example: "256m",
    otherwise: "none",
  }),
  blkio_weight: optional(integer({ min: 10, max: 1000 }), {
    about: "Weight against other containers when disks are busy.",
    example: "300",
    otherwise: "500",
  }),
  pids_limit: optional(integer({ min: 1, also: -1, alsoMeans: "no limit" }), {
    about: "Processes and threads it may have.",
    example: "200",
    otherwise: "no limit",
  }),
}, {
  rules: [
    exclusive("cpus", "cpu_quota"),
    exclusive("cpus", "cpu_period"),
    {
      about: "memory_swap needs memory_limit",
      broken: (_value, written) =>
        written.has("memory_swap") && !written.has("memory_limit") ? "memory_swap" : undefined,
      json: { dependentRequired: { memory_swap: ["memory_limit"] } },
    },
    {
      about: "memory_swap counts memory and swap together, so it may not be below memory_limit",
      broken: ({ memory_swap: both = -1, memory_limit: memory = 0 }) =>
        both !== -1 && both < memory ? "memory_swap" : undefined,
    },
    {
      about: "memory_reservation may not be above memory_limit",
      broken: ({ memory_reservation: reservation = 0, memory_limit: memory = Infinity }) =>
        reservation > memory ? "memory_reservation" : undefined,
    },
  ],
  elsewhere: {
    memory: "memory_limit",
    mem_limit: "memory_limit",
    memswap_limit: "memory_swap",
    mem_reservation: "memory_reservation",
    cpuset_cpus: "cpuset",
    pids: "pids_limit",
    limits: "the limits directly, such as memory_limit",
  },
});
