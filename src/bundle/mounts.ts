/** What is mounted in a container beside its root file system, as values: nothing is looked at or made here. */
import type { SpecMount } from "../../oci/runtime_spec.ts";
import type { MountOption } from "../store/container.ts";
import { isInside, normalisePath } from "../base/plain_path.ts";

/** A mount, and what has to be at its destination: runtimes mount directories on directories, files on files. */
export interface PlannedMount extends SpecMount {
  targetKind: "directory" | "file";
  /** of a directory that is made for it, or that must have this one; undefined: 0755 */
  targetMode?: { bits: number; enforce: boolean };
}

/** Docker's size of /dev/shm. */
const DEFAULT_SHM_BYTES = 64 * 1024 ** 2;

/** The kernel's. */
const DEFAULT_TMPFS_MODE = 0o1777;

/** The file systems that every container gets (runtime-spec config-linux.md "Default Filesystems", and docker's). */
export function defaultMounts(options: { shmSizeBytes?: number; privileged: boolean }): PlannedMount[] {
  const readOnly = options.privileged ? [] : ["ro"];
  const safe = ["nosuid", "noexec", "nodev"];
  const shm = [...safe, "mode=1777", `size=${options.shmSizeBytes ?? DEFAULT_SHM_BYTES}`];
  const pts = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"];
  return [
    pseudo("/proc", "proc", "proc", safe),
    pseudo("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
    pseudo("/dev/pts", "devpts", "devpts", pts),
    pseudo("/sys", "sysfs", "sysfs", [...safe, ...readOnly]),
    pseudo("/sys/fs/cgroup", "cgroup", "cgroup", [...readOnly, ...safe]),
    pseudo("/dev/mqueue", "mqueue", "mqueue", safe),
    pseudo("/dev/shm", "tmpfs", "shm", shm),
  ];
}

/** A file made by budgie or found on the host, put over one of the image's. */
export function fileMount(source: string, destination: string, options: { readOnly: boolean }): PlannedMount {
  const mode = options.readOnly ? ["ro"] : [];
  return { destination, type: "bind", source, options: ["bind", "rprivate", ...mode], targetKind: "file" };
}

/**
 * @param source what is mounted, on the host: a volume's directory, or the option's own source
 * @param recursiveReadOnly the kernel can make everything mounted below the source read-only too (Linux 5.12)
 */
export function userMount(
  option: MountOption,
  source: { path: string; isDirectory: boolean; recursiveReadOnly: boolean },
): PlannedMount {
  if (option.type === "tmpfs") return tmpfsMount(option);
  const readOnly = option.readOnly ? [source.recursiveReadOnly ? "rro" : "ro"] : [];
  return {
    destination: normalisePath(option.target),
    type: "bind",
    source: source.path,
    options: ["rbind", option.propagation ?? "rprivate", ...readOnly],
    targetKind: source.isDirectory ? "directory" : "file",
  };
}

/** What a container's mounts are put together from. */
export interface MountSources {
  /** the kernel's file systems, and what lies in them */
  system: readonly PlannedMount[];
  /** single files of budgie's, over the image's */
  files: readonly PlannedMount[];
  user: readonly PlannedMount[];
}

/**
 * All in the order of mounting: what the system needs, then outer ones before those inside them, so that a user's
 * /etc does not hide our /etc/hosts. A user's mount takes the place of one of ours.
 */
export function combineMounts({ system, files, user }: MountSources): PlannedMount[] {
  const taken = new Set(user.map((mount) => mount.destination));
  const ours = (mounts: readonly PlannedMount[]) =>
    mounts.filter(({ destination }) => !taken.has(destination));
  const kept = taken.has("/dev")
    ? system.filter(({ destination }) => !isInside(destination, "/dev"))
    : ours(system);
  const depth = (mount: PlannedMount) => mount.destination.split("/").length;
  return [...kept, ...[...ours(files), ...user].toSorted((a, b) => depth(a) - depth(b))];
}

function tmpfsMount({ target, readOnly, sizeBytes, mode }: MountOption): PlannedMount {
  const options = ["noexec", "nosuid", "nodev", "rprivate"];
  if (readOnly) options.push("ro");
  if (sizeBytes !== undefined) options.push(`size=${sizeBytes}`);
  if (mode !== undefined) options.push(`mode=${mode.toString(8)}`);
  // runc gives the mount the mode of the directory below it, whatever the option says.
  const targetMode = { bits: mode ?? DEFAULT_TMPFS_MODE, enforce: mode !== undefined };
  return { ...pseudo(normalisePath(target), "tmpfs", "tmpfs", options), targetMode };
}

function pseudo(destination: string, type: string, source: string, options: string[]): PlannedMount {
  return { destination, type, source, options, targetKind: "directory" };
}
