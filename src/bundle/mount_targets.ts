/**
 * Making the places where things get mounted. Runtimes were seen to follow an image's symlinks onto the host when
 * they do that themselves, so each target is resolved inside the rootfs here, made if it is missing, and handed on
 * as a path without symlinks.
 */
import type { SpecDevice, SpecMount } from "../../oci/runtime_spec.ts";
import { BudgieError } from "../base/errors.ts";
import { SystemError } from "../linux/libc.ts";
import { type FoundPath, RootedDirectory } from "../linux/rooted_directory.ts";
import { isInside, normalisePath } from "../base/plain_path.ts";
import type { PlannedMount } from "./mounts.ts";

/** The runtime mounts the kernel's own file systems here before anything else. */
const SYSTEM_DIRECTORIES = ["/proc", "/dev", "/sys"];

/** The image or a volume has something at a path that is needed for something else. */
export class UnsafeRootfsError extends BudgieError {
  override name = "UnsafeRootfsError";

  constructor(destination: string, reason: string, cause?: unknown) {
    super(`Cannot use '${destination}' in the container: ${reason}`, {
      hint: "Choose another path, or mend the image",
      exitCode: 125,
      cause,
    });
  }
}

/**
 * The mounts with safe destinations, in the same order.
 * @param mounts outer ones before those inside them
 */
export function prepareTargets(rootfs: RootedDirectory, mounts: readonly PlannedMount[]): SpecMount[] {
  for (const path of SYSTEM_DIRECTORIES) prepareSystemDirectory(rootfs, path);
  const prepared: PlannedMount[] = [];
  for (const mount of mounts) {
    const destination = prepareTarget(rootfs, mount, prepared);
    prepared.push({ ...mount, destination });
  }
  return prepared.map(({ targetKind: _, targetMode: __, ...mount }) => mount);
}

/**
 * The devices with safe paths. In the container's own /dev there is nothing to beware of; elsewhere the directory
 * is made here, and only a device that an earlier start left may be at its end.
 */
export function prepareDevicePaths(
  rootfs: RootedDirectory,
  devices: readonly SpecDevice[],
  mounts: readonly SpecMount[],
): SpecDevice[] {
  return devices.map((device) => {
    const wanted = normalisePath(device.path);
    if (coveringMount(wanted, mounts)?.type === "tmpfs") return { ...device, path: wanted };
    const end = wanted.lastIndexOf("/");
    const directory = makeTarget(rootfs, wanted.slice(0, end) || "/", { targetKind: "directory" }, wanted);
    const path = `${directory === "/" ? "" : directory}${wanted.slice(end)}`;
    const found = rootfs.find(path, { noFollow: true });
    if (coveringMount(path, mounts) || (found && !found.info.isCharDevice && !found.info.isBlockDevice)) {
      throw new UnsafeRootfsError(
        wanted,
        found ? `the image has ${kindOf(found)} there` : "something else is mounted there",
      );
    }
    return { ...device, path };
  });
}

/** The last mount that `path` lies in, or is. */
export function coveringMount<Mount extends SpecMount>(
  path: string,
  mounts: readonly Mount[],
): Mount | undefined {
  return mounts.findLast(({ destination }) => isInside(path, destination));
}

function prepareSystemDirectory(rootfs: RootedDirectory, path: string): void {
  const found = rootfs.find(path, { noFollow: true }) ?? rootfs.makeDirectory(path);
  if (!found.info.isDirectory) {
    throw new UnsafeRootfsError(path, `the image has ${kindOf(found)} there, not a directory`);
  }
}

function prepareTarget(rootfs: RootedDirectory, mount: PlannedMount, earlier: PlannedMount[]): string {
  const wanted = normalisePath(mount.destination);
  if (wanted === "/") throw new UnsafeRootfsError(mount.destination, "that is the whole root file system");
  if (SYSTEM_DIRECTORIES.includes(wanted)) return wanted;
  if (coveringMount(wanted, earlier)) return prepareNested(wanted, mount, earlier);
  const resolved = makeTarget(rootfs, wanted, mount, mount.destination);
  if (resolved === wanted) return resolved;
  if (resolved === "/" || SYSTEM_DIRECTORIES.some((directory) => isInside(resolved, directory))) {
    throw new UnsafeRootfsError(mount.destination, `the image leads it to '${resolved}'`);
  }
  return coveringMount(resolved, earlier) ? prepareNested(resolved, mount, earlier) : resolved;
}

// Below another mount: the kernel's file systems and a tmpfs are new and hold nothing of anybody's; a directory of
// the host or a volume may hold symlinks of another container's, and there is no reason to have any on the way.
function prepareNested(path: string, mount: PlannedMount, earlier: PlannedMount[]): string {
  const outer = coveringMount(path, earlier)!;
  const inner = path.slice(outer.destination.length);
  if (outer.type !== "bind" || inner === "") return path;
  if (outer.targetKind === "file") {
    throw new UnsafeRootfsError(mount.destination, `'${outer.destination}' is a file`);
  }
  using directory = new RootedDirectory(outer.source);
  if (makeTarget(directory, inner, mount, mount.destination) !== inner) {
    throw new UnsafeRootfsError(mount.destination, `there is a symlink on the way in '${outer.source}'`);
  }
  return path;
}

function makeTarget(
  directory: RootedDirectory,
  path: string,
  { targetKind, targetMode }: Pick<PlannedMount, "targetKind" | "targetMode">,
  destination: string,
): string {
  let made: FoundPath;
  try {
    made = targetKind === "directory"
      ? directory.makeDirectory(path, targetMode?.bits)
      : directory.makeFile(path);
  } catch (error) {
    if (error instanceof SystemError) throw new UnsafeRootfsError(destination, error.message, error);
    throw error;
  }
  if (made.info.isDirectory !== (targetKind === "directory")) {
    throw new UnsafeRootfsError(
      destination,
      made.info.isDirectory
        ? "it is a directory, and the source a file"
        : "it is a file, and the source a directory",
    );
  }
  if (targetMode?.enforce) Deno.chmodSync(directory.hostPath(made.path), targetMode.bits);
  return made.path;
}

function kindOf({ info }: FoundPath): string {
  if (info.isDirectory) return "a directory";
  return info.isSymlink ? "a symlink" : info.isFile ? "a file" : "a special file";
}
