/** The directory that a container's process starts in. */
import type { SpecMount } from "../../oci/runtime_spec.ts";
import type { RootedDirectory } from "../linux/rooted_directory.ts";
import { normalisePath } from "../base/plain_path.ts";
import { coveringMount, UnsafeRootfsError } from "./mount_targets.ts";

/** Ways out of a container, if its runtime left a descriptor or a process of its own open (CVE-2024-21626). */
const PROCESS_LINKS = /^\/proc\/.*\/(fd|cwd|root)(\/|$)/;

/**
 * Makes the directory if it is missing, as docker does; the runtime would too, but does not look where a symlink of
 * the image leads.
 *
 * @returns `workdir` for the process, absolute: its symlinks stay, for the person sees this name
 * @throws UnsafeRootfsError when it is not a directory, or leads into another process
 */
export function prepareWorkdir(
  rootfs: RootedDirectory,
  workdir: string,
  mounts: readonly SpecMount[],
): string {
  const path = normalisePath(workdir);
  if (PROCESS_LINKS.test(path)) throw new UnsafeRootfsError(path, "a process can't start inside another one");
  if (coveringMount(path, mounts)) return path;
  const found = rootfs.makeDirectory(path);
  if (!found.info.isDirectory) throw new UnsafeRootfsError(path, "the working directory is not a directory");
  if (coveringMount(found.path, mounts)?.type === "proc") {
    throw new UnsafeRootfsError(path, `the image leads it to '${found.path}'`);
  }
  return path;
}
