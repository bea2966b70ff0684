/** What a container has used of the host so far, from its cgroup and its network namespace. */
import { cgroupFolder, cgroupVersion } from "./cgroup.ts";
import { cgroupProcesses } from "./cgroup_processes.ts";
import { readSmall } from "../container_files.ts";

/** Counters grow from the container's start on; a controller that the host lacks counts nothing. */
export interface Usage {
  /** when it was looked, in milliseconds of a clock that only goes forward */
  atMs: number;
  /** of all CPUs together */
  cpuNanoseconds: number;
  /** without the page cache that is not in use, as docker counts */
  memoryBytes: number;
  /** of the container, or what the host has */
  memoryLimitBytes: number;
  /** of all interfaces but the loopback */
  network: { receivedBytes: number; sentBytes: number };
  block: { readBytes: number; writtenBytes: number };
  /** processes and threads */
  pids: number;
}

export interface UsageOptions {
  hostMemoryBytes: number;
  /** false where the network is the host's or another container's: the traffic is counted there */
  ownNetwork: boolean;
  /** where /proc and /sys are looked for: "" is this machine, a directory is a test's */
  root?: string;
}

/** @param pid of the init process; of one that has ended, all counters are 0 */
export function readUsage(pid: number, { hostMemoryBytes, ownNetwork, root = "" }: UsageOptions): Usage {
  const read = readerOf(pid, root);
  const counters = cgroupVersion(root) === 2 ? unifiedCounters(read) : splitCounters(read);
  return {
    atMs: performance.now(),
    ...counters,
    memoryLimitBytes: Math.min(counters.memoryLimitBytes, hostMemoryBytes),
    network: ownNetwork ? networkCounters(readSmall(`${root}/proc/${pid}/net/dev`) ?? "") : NO_TRAFFIC,
    pids: counters.pids ?? cgroupProcesses(pid, root).size,
  };
}

const NO_TRAFFIC = { receivedBytes: 0, sentBytes: 0 };

/** The text of a file in the cgroup of a controller (v1's name); "" where there is none. */
type ReadCgroup = (controller: string, file: string) => string;

function readerOf(pid: number, root: string): ReadCgroup {
  return (controller, file) => {
    const folder = cgroupFolder(pid, controller, root);
    return folder === undefined ? "" : readSmall(`${folder}/${file}`) ?? "";
  };
}

interface Counters extends Omit<Usage, "atMs" | "network" | "pids"> {
  /** undefined without the controller */
  pids?: number;
}

/** Kernel: Documentation/admin-guide/cgroup-v2.rst. */
function unifiedCounters(read: ReadCgroup): Counters {
  const inactive = field(read("memory", "memory.stat"), "inactive_file");
  const limit = read("memory", "memory.max");
  return {
    cpuNanoseconds: field(read("cpu", "cpu.stat"), "usage_usec") * 1000,
    memoryBytes: withoutCache(Number(read("memory", "memory.current")), inactive),
    memoryLimitBytes: limit === "max" || limit === "" ? Infinity : Number(limit),
    block: {
      readBytes: sumOf(read("io", "io.stat"), /\brbytes=(\d+)/g),
      writtenBytes: sumOf(read("io", "io.stat"), /\bwbytes=(\d+)/g),
    },
    pids: numberOf(read("pids", "pids.current")),
  };
}

/** Kernel: Documentation/admin-guide/cgroup-v1. */
function splitCounters(read: ReadCgroup): Counters {
  const inactive = field(read("memory", "memory.stat"), "total_inactive_file");
  const bytes = IO_FILES.map((file) => read("blkio", file)).find((text) => text !== "") ?? "";
  return {
    cpuNanoseconds: Number(read("cpuacct", "cpuacct.usage")),
    memoryBytes: withoutCache(Number(read("memory", "memory.usage_in_bytes")), inactive),
    // Without a limit it is the largest number of pages.
    memoryLimitBytes: numberOf(read("memory", "memory.limit_in_bytes")) ?? Infinity,
    block: {
      readBytes: sumOf(bytes, /^\d+:\d+ Read (\d+)$/gm),
      writtenBytes: sumOf(bytes, /^\d+:\d+ Write (\d+)$/gm),
    },
    pids: numberOf(read("pids", "pids.current")),
  };
}

/** The first that counts anything: which one does depends on the kernel and the I/O scheduler. */
const IO_FILES = [
  "blkio.bfq.io_service_bytes_recursive",
  "blkio.throttle.io_service_bytes_recursive",
  "blkio.throttle.io_service_bytes",
];

function withoutCache(usedBytes: number, inactiveBytes: number): number {
  return inactiveBytes < usedBytes ? usedBytes - inactiveBytes : usedBytes;
}

/** The number behind a name, in lines of names and numbers; 0 without it. */
function field(text: string, name: string): number {
  const line = text.split("\n").find((line) => line.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

function sumOf(text: string, pattern: RegExp): number {
  return Array.from(text.matchAll(pattern), ([, number]) => Number(number)).reduce((sum, n) => sum + n, 0);
}

function numberOf(text: string): number | undefined {
  return text === "" ? undefined : Number(text);
}

/** proc(5), /proc/net/dev: two lines of titles; received bytes are the first number, sent ones the ninth. */
function networkCounters(text: string): Usage["network"] {
  const sum = { receivedBytes: 0, sentBytes: 0 };
  for (const line of text.split("\n").slice(2)) {
    const [name, counters] = line.split(":", 2);
    if (counters === undefined || name.trim() === "lo") continue;
    const numbers = counters.trim().split(/\s+/).map(Number);
    sum.receivedBytes += numbers[0];
    sum.sentBytes += numbers[8];
  }
  return sum;
}
