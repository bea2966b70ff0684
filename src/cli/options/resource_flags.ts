/** The flags that limit a container; `run` and `update` have them. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { ResourceOptions } from "../../store/container.ts";
import { cpuList, parseCpus, sizeValue, wholeNumber } from "./number.ts";

/** What the flags hold once parsed. */
export interface ResourceFlags {
  memory?: number;
  memorySwap?: number;
  memoryReservation?: number;
  cpus?: number;
  cpuShares?: number;
  cpuQuota?: number;
  cpuPeriod?: number;
  cpusetCpus?: string;
  cpusetMems?: string;
  blkioWeight?: number;
  pidsLimit?: number;
}

/** Adds the flags in the order of the help. Not as types: whoever reads them knows ResourceFlags. */
export function addResourceFlags(command: CommandUnknownOpts): void {
  command
    .option("-m, --memory <size>", "limit memory: 512m, 2g", sizeValue("--memory"))
    .option(
      "--memory-swap <size>",
      "limit memory and swap together; -1: no limit",
      sizeValue("--memory-swap", { unlimited: true }),
    )
    .option(
      "--memory-reservation <size>",
      "memory to be left when the host runs short",
      sizeValue("--memory-reservation"),
    )
    .option("--cpus <number>", "limit CPU time to so many CPUs' worth: 1.5", parseCpus)
    .option(
      "-c, --cpu-shares <weight>",
      "weight against other containers, which have 1024",
      wholeNumber("--cpu-shares", 0),
    )
    .option(
      "--cpu-quota <microseconds>",
      "CPU time in each period; -1: no limit",
      wholeNumber("--cpu-quota", -1),
    )
    .option(
      "--cpu-period <microseconds>",
      "length of a period of --cpu-quota (default: 100000)",
      wholeNumber("--cpu-period", 0),
    )
    .option("--cpuset-cpus <list>", "CPUs to run on: 0-2,4", cpuList("--cpuset-cpus"))
    .option("--cpuset-mems <list>", "memory nodes to use: 0-1", cpuList("--cpuset-mems"))
    .option(
      "--blkio-weight <weight>",
      "weight of disk access, 10 to 1000",
      wholeNumber("--blkio-weight", 0, 1000),
    )
    .option(
      "--pids-limit <number>",
      "limit processes and threads; -1: no limit",
      wholeNumber("--pids-limit", -1),
    );
}

/** 0 is docker's way to say "no limit" in every one of them, and "" for a list. */
export function resourceOptions(flags: ResourceFlags): ResourceOptions {
  return {
    cpuShares: flags.cpuShares || undefined,
    cpuQuota: flags.cpuQuota || undefined,
    cpuPeriod: flags.cpuPeriod || undefined,
    nanoCpus: flags.cpus || undefined,
    cpusetCpus: flags.cpusetCpus || undefined,
    cpusetMems: flags.cpusetMems || undefined,
    memoryBytes: flags.memory || undefined,
    memorySwapBytes: flags.memorySwap || undefined,
    memoryReservationBytes: flags.memoryReservation || undefined,
    blkioWeight: flags.blkioWeight || undefined,
    pidsLimit: flags.pidsLimit || undefined,
  };
}
