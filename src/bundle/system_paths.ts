/** What a container may not see or write of /proc and /sys (moby, daemon/pkg/oci/defaults.go). */

/** Each tells about the host's hardware or other processes, or has been the way of an attack. */
const MASKED_PATHS = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/devices/virtual/powercap",
  "/sys/firmware",
];

const READONLY_PATHS = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

const CPUS = "/sys/devices/system/cpu";

/** For linux.maskedPaths and linux.readonlyPaths; both are empty for a container that may see everything. */
export function systemPaths(open: boolean): { maskedPaths: string[]; readonlyPaths: string[] } {
  if (open) return { maskedPaths: [], readonlyPaths: [] };
  return { maskedPaths: [...MASKED_PATHS, ...thermalCounters()], readonlyPaths: READONLY_PATHS };
}

// Counters of each processor, a side channel as /proc/interrupts is; only some machines have them.
function thermalCounters(): string[] {
  const counters = (cpu: string) => `${CPUS}/${cpu}/thermal_throttle`;
  if (!isDirectory(counters("cpu0"))) return [];
  const cpus = [...Deno.readDirSync(CPUS)].map(({ name }) => name).filter((name) => /^cpu\d+$/.test(name));
  return cpus.map(counters).filter(isDirectory);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
