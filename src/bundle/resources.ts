/** Limits on memory, processors, processes and block devices, and whether this host can keep them. */
import type { SpecResources } from "../../oci/runtime_spec.ts";
import { BudgieError, UsageError } from "../base/errors.ts";
import type { ResourceOptions } from "../store/container.ts";
import { type CgroupFacts, onlineCpus } from "./host_facts.ts";

/** Docker's default period, in microseconds. */
const DEFAULT_PERIOD = 100_000;
/** Docker's: below it no process can start. */
const MIN_MEMORY_BYTES = 6 * 1024 ** 2;
/** The kernel's; the runtime refuses less. */
const MIN_CPU_SHARES = 2;
/** The kernel's bounds of quota and period, in microseconds (sched-bwc.rst). */
const MIN_CPU_TIME = 1000;
const MAX_CPU_PERIOD = 1_000_000;
const BILLION = 1e9;

/** Without the device rules, which come from elsewhere. */
export type Limits = Omit<SpecResources, "devices">;

/** A limit that the kernel of this host would not keep. */
export class UnenforcedLimitError extends BudgieError {
  override name = "UnenforcedLimitError";

  constructor(flag: string, reason: string, fix: string) {
    super(`Cannot limit the container with ${flag}: ${reason}`, {
      hint: `${fix}, or accept it without limit: --allow-unenforced-limits`,
      exitCode: 125,
    });
  }
}

/**
 * The limits for config.json, in the terms of cgroup v1 (the runtime converts for v2).
 *
 * @param onUnenforced is told of each limit that the host can't keep; unless it throws, the limit is left out
 * @throws UsageError for values that make no sense
 */
export function containerLimits(
  options: ResourceOptions,
  cgroup: CgroupFacts,
  onUnenforced: (error: UnenforcedLimitError) => void,
): Limits {
  const has = (flag: string, controller: string) => {
    if (cgroup.controllers.has(controller)) return true;
    onUnenforced(unenforced(flag, controller, cgroup));
    return false;
  };
  const asked = withoutZeros(options);
  return {
    memory: memoryLimits(asked, has, cgroup),
    cpu: cpuLimits(asked, has),
    pids: pidsLimit(asked, has),
    blockIO: blockLimits(asked, has),
  };
}

// Docker takes 0 for each of them as not given.
function withoutZeros(options: ResourceOptions): ResourceOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== 0 && value !== ""));
}

type HasController = (flag: string, controller: string) => boolean;

function memoryLimits(options: ResourceOptions, has: HasController, cgroup: CgroupFacts): Limits["memory"] {
  const { memoryBytes: limit, memorySwapBytes: swap, memoryReservationBytes: reservation } = options;
  if (limit !== undefined && limit < MIN_MEMORY_BYTES) refuse("--memory", limit, "at least 6m");
  if (swap !== undefined && swap !== -1) {
    if (limit === undefined) refuse("--memory-swap", swap, "--memory as well");
    if (swap < limit) refuse("--memory-swap", swap, "at least as much as --memory, which it includes");
  }
  if (reservation !== undefined && limit !== undefined && reservation > limit) {
    refuse("--memory-reservation", reservation, "less than --memory");
  }
  const flag = firstGiven({ "--memory": limit, "--memory-reservation": reservation, "--memory-swap": swap });
  if (!flag || !has(flag, "memory")) return undefined;
  return { limit, reservation, swap: swapLimit(options, has, cgroup) };
}

// Docker gives as much swap as memory when nothing is said, but only where the kernel counts swap.
function swapLimit(
  { memoryBytes, memorySwapBytes }: ResourceOptions,
  has: HasController,
  cgroup: CgroupFacts,
): number | undefined {
  if (memorySwapBytes !== undefined) {
    return has("--memory-swap", "memory.swap") ? memorySwapBytes : undefined;
  }
  return memoryBytes !== undefined && cgroup.controllers.has("memory.swap") ? memoryBytes * 2 : undefined;
}

function cpuLimits(options: ResourceOptions, has: HasController): Limits["cpu"] {
  const { cpuShares: shares, cpusetCpus, cpusetMems, nanoCpus } = options;
  if (nanoCpus !== undefined && (options.cpuQuota !== undefined || options.cpuPeriod !== undefined)) {
    throw new UsageError("Cannot use --cpus together with --cpu-quota or --cpu-period", {
      hint: "--cpus sets both of them",
    });
  }
  const cpus = navigator.hardwareConcurrency;
  if (nanoCpus !== undefined && (nanoCpus < 0.01 * BILLION || nanoCpus > cpus * BILLION)) {
    refuse("--cpus", nanoCpus / BILLION, `0.01 to ${cpus}, which is what this machine has`);
  }
  if (shares !== undefined && shares < MIN_CPU_SHARES) {
    refuse("--cpu-shares", shares, `${MIN_CPU_SHARES} or more`);
  }
  if (cpusetCpus !== undefined) checkCpus(cpusetCpus, onlineCpus());
  const { cpuQuota, cpuPeriod } = options;
  if (cpuQuota !== undefined && cpuQuota !== -1 && cpuQuota < MIN_CPU_TIME) {
    refuse("--cpu-quota", cpuQuota, `${MIN_CPU_TIME} or more, in microseconds; -1 is no limit`);
  }
  if (cpuPeriod !== undefined && (cpuPeriod < MIN_CPU_TIME || cpuPeriod > MAX_CPU_PERIOD)) {
    refuse("--cpu-period", cpuPeriod, `${MIN_CPU_TIME} to ${MAX_CPU_PERIOD} microseconds`);
  }
  const period = nanoCpus === undefined ? options.cpuPeriod : DEFAULT_PERIOD;
  const quota = nanoCpus === undefined ? options.cpuQuota : Math.round(nanoCpus / BILLION * DEFAULT_PERIOD);
  const share = firstGiven({
    "--cpus": nanoCpus,
    "--cpu-shares": shares,
    "--cpu-quota": quota,
    "--cpu-period": period,
  });
  const set = firstGiven({ "--cpuset-cpus": cpusetCpus, "--cpuset-mems": cpusetMems });
  const withShare = share && has(share, "cpu") ? { shares, period, quota } : {};
  const withSet = set && has(set, "cpuset") ? { cpus: cpusetCpus, mems: cpusetMems } : {};
  const cpu = { ...withShare, ...withSet };
  return Object.keys(cpu).length > 0 ? cpu : undefined;
}

/** @param online what this machine has, in the same syntax: `0-3,6` */
function checkCpus(asked: string, online: string): void {
  const ranges = (text: string) => text.split(",").map((range) => range.split("-").map(Number));
  const has = (cpu: number) => ranges(online).some(([from, to = from]) => cpu >= from && cpu <= to);
  // The ends of a range will do: nobody asks for CPUs around one that is off.
  if (online !== "" && !ranges(asked).flat().every(has)) {
    refuse("--cpuset-cpus", asked, `CPUs that this machine has: ${online}`);
  }
}

function pidsLimit({ pidsLimit: limit }: ResourceOptions, has: HasController): Limits["pids"] {
  if (limit === undefined || limit <= 0) return undefined;
  return has("--pids-limit", "pids") ? { limit } : undefined;
}

function blockLimits(
  { blkioWeight: weight }: ResourceOptions,
  has: HasController,
): Limits["blockIO"] {
  if (weight === undefined) return undefined;
  if (weight < 10 || weight > 1000) refuse("--blkio-weight", weight, "10 to 1000");
  return has("--blkio-weight", "blkio.weight") ? { weight } : undefined;
}

/** The name of the first value that is there. */
function firstGiven(values: Record<string, unknown>): string | undefined {
  return Object.keys(values).find((name) => values[name] !== undefined);
}

function refuse(flag: string, value: number | string, wanted: string): never {
  throw new UsageError(`Cannot use ${flag} ${value}: it needs ${wanted}`);
}

function unenforced(flag: string, controller: string, cgroup: CgroupFacts): UnenforcedLimitError {
  if (controller === "memory") {
    return new UnenforcedLimitError(
      flag,
      "the memory controller of this kernel is off (the default of Raspberry Pi OS)",
      "Add 'cgroup_enable=memory cgroup_memory=1' to the one line of /boot/firmware/cmdline.txt and restart the machine",
    );
  }
  if (controller === "memory.swap") {
    return new UnenforcedLimitError(
      flag,
      "this kernel does not count swap",
      "Start the kernel with swapaccount=1",
    );
  }
  if (controller === "blkio.weight") {
    return new UnenforcedLimitError(flag, "no block device schedules by weight", "Use the bfq I/O scheduler");
  }
  return new UnenforcedLimitError(
    flag,
    `the cgroup controller '${controller}' is off on this host (cgroup v${cgroup.version})`,
    "Turn it on in the kernel, and mount it",
  );
}
