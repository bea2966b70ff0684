/** Limits that make sense one by one but not together (docker's rules). */
import { UsageError } from "../../base/errors.ts";
import { formatBinarySize } from "../../base/units.ts";
import type { ResourceOptions } from "../../store/container.ts";

/** Less does not start a process (docker's minimum). */
const MINIMUM_MEMORY_BYTES = 6 * 1024 ** 2;

/** @throws UsageError */
export function checkResources(resources: ResourceOptions): void {
  const { memoryBytes, memorySwapBytes, memoryReservationBytes, nanoCpus, cpuQuota, cpuPeriod } = resources;
  if (memoryBytes !== undefined && memoryBytes < MINIMUM_MEMORY_BYTES) {
    throw new UsageError(`Cannot limit memory to ${formatBinarySize(memoryBytes)}: the minimum is 6MiB`);
  }
  if (memorySwapBytes !== undefined && memorySwapBytes !== -1) {
    if (memoryBytes === undefined) {
      throw new UsageError("Cannot use --memory-swap without --memory: it is memory and swap together");
    }
    if (memorySwapBytes < memoryBytes) {
      throw new UsageError("Cannot use a --memory-swap below --memory: it is memory and swap together");
    }
  }
  if (
    memoryBytes !== undefined && memoryReservationBytes !== undefined && memoryReservationBytes > memoryBytes
  ) {
    throw new UsageError("Cannot use a --memory-reservation above --memory");
  }
  if (nanoCpus !== undefined && (cpuQuota !== undefined || cpuPeriod !== undefined)) {
    throw new UsageError("Cannot use --cpus together with --cpu-quota or --cpu-period: they say the same");
  }
}
