/** What this kernel and this process can do, as far as a container's configuration depends on it. */
import { exists, readTextIfThere } from "../base/optional_file.ts";

/** Read once by each command that starts a container. */
export interface HostFacts {
  /** as in image-spec and Go: the architecture of the process that will run the container */
  architecture: "amd64" | "arm64";
  kernel: { major: number; minor: number };
  /** that this process holds, one bit for each (capabilities(7)) */
  capabilities: bigint;
  /** of this process; a container inherits it */
  oomScoreAdj: number;
  /** the kernel has seccomp filters */
  seccomp: boolean;
  cgroup: CgroupFacts;
}

/**
 * Which controllers can be used now: memory, cpu, cpuset, pids, and blkio (v1) or io (v2); and two of their files
 * that are there on some kernels only, under v1's names for both versions: memory.swap and blkio.weight.
 */
export interface CgroupFacts {
  version: 1 | 2;
  controllers: ReadonlySet<string>;
}

/** @param root where /proc and /sys are looked for: "" is this machine, a directory is a test's */
export function hostFacts(root = ""): HostFacts {
  const [major, minor] = readLine(`${root}/proc/sys/kernel/osrelease`).split(".").map((part) =>
    parseInt(part)
  );
  const status = readTextIfThere(`${root}/proc/self/status`) ?? "";
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return {
    architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    kernel: { major: major || 0, minor: minor || 0 },
    capabilities: BigInt(`0x${effective}`),
    oomScoreAdj: Number(readLine(`${root}/proc/self/oom_score_adj`)) || 0,
    seccomp: /^Seccomp:/m.test(status),
    cgroup: cgroupFacts(root),
  };
}

/** Whether AppArmor profiles can be applied. Asked only where one is named. */
export function apparmorIsEnabled(root = ""): boolean {
  try {
    return readLine(`${root}/sys/module/apparmor/parameters/enabled`) === "Y";
  } catch {
    return false; // it is closed to a process that may not see policies
  }
}

/** The CPUs that are on, as `0-3,6`; "" where the kernel does not say. Asked only where some are chosen. */
export function onlineCpus(root = ""): string {
  return readLine(`${root}/sys/devices/system/cpu/online`);
}

function cgroupFacts(root: string): CgroupFacts {
  const mount = `${root}/sys/fs/cgroup`;
  const unified = readTextIfThere(`${mount}/cgroup.controllers`);
  if (unified !== undefined) return unifiedFacts(unified.trim().split(/\s+/), root);
  const controllers = new Set<string>();
  // cgroups(7): subsys_name, hierarchy (0: mounted nowhere), num_cgroups, enabled
  for (const line of (readTextIfThere(`${root}/proc/cgroups`) ?? "").split("\n")) {
    const [name, hierarchy, , enabled] = line.split(/\s+/);
    if (enabled === "1" && hierarchy !== "0") controllers.add(name);
  }
  if (exists(`${mount}/memory/memory.memsw.limit_in_bytes`)) controllers.add("memory.swap");
  // bfq's weight file is missing in the root group, so another one of bfq's stands for it.
  if (exists(`${mount}/blkio/blkio.bfq.io_serviced`) || exists(`${mount}/blkio/blkio.weight`)) {
    controllers.add("blkio.weight");
  }
  return { version: 1, controllers };
}

// The root group has no files of limits, so swap is judged by the kernel having it at all. A weight without the
// bfq scheduler is taken by io.weight.
function unifiedFacts(names: string[], root: string): CgroupFacts {
  const controllers = new Set(names.filter(Boolean));
  if (controllers.has("memory") && exists(`${root}/proc/swaps`)) controllers.add("memory.swap");
  if (controllers.has("io")) controllers.add("blkio.weight");
  return { version: 2, controllers };
}

function readLine(path: string): string {
  return (readTextIfThere(path) ?? "").trim();
}
