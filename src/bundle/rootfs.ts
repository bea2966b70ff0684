/** The root file system of a container: its image's layers below a layer of its own. */
import { BudgieError } from "../base/errors.ts";
import { SystemError } from "../linux/libc.ts";
import { unmount } from "../linux/mount.ts";
import { mountOverlay, OverlayOptionsError } from "../linux/overlay.ts";
import type { StorePaths } from "../store/paths.ts";

/** How a rootfs is mounted. */
export interface RootfsOptions {
  /**
   * The container is removed when it ends, so its files need not reach the disk: without this, unmounting waits
   * until all that is dirty on the file system of the data directory is written, whoever wrote it.
   */
  temporary?: boolean;
}

/**
 * Mounts the layers at `<directory>/merged`; what the container writes goes to `<directory>/upper`.
 *
 * @param directory the container's own, absolute
 * @param lowerDirs unpacked layers, lowest first, absolute; none for an image without layers
 * @throws BudgieError when the kernel or the file system of the data directory has no overlay
 */
export function mountRootfs(
  directory: string,
  lowerDirs: readonly string[],
  paths: Pick<StorePaths, "layers">,
  options: RootfsOptions = {},
): void {
  const startedBefore = !makeDirectory(`${directory}/merged`, 0o700);
  if (startedBefore) unmountRootfs(directory); // what a crash left would stay below the new mount for ever
  const top = lowerDirs.at(-1) ?? makeEmptyLayer(directory);
  makeUpper(`${directory}/upper`, top);
  makeDirectory(`${directory}/work`, 0o700);
  if (startedBefore && options.temporary) forgetVolatile(directory);
  const mount = (volatile: boolean) =>
    mountOverlay(`${directory}/merged`, {
      lowerBase: paths.layers,
      lowerDirs: lowerDirs.length === 0 ? [top] : lowerDirs.map((lower) => relativeTo(paths.layers, lower)),
      upperDir: `${directory}/upper`,
      workDir: `${directory}/work`,
      volatile,
    });
  try {
    if (!options.temporary || !succeeds(() => mount(true))) mount(false);
  } catch (error) {
    throw mountError(error, directory);
  }
}

// Linux before 5.10 does not know the option.
function succeeds(mountVolatile: () => void): boolean {
  try {
    mountVolatile();
    return true;
  } catch (error) {
    if (error instanceof SystemError && error.code === "EINVAL") return false;
    throw error;
  }
}

/** Takes the mount away; one that is not there is fine. Files in use live until they are closed. */
export function unmountRootfs(directory: string): void {
  try {
    unmount(`${directory}/merged`);
  } catch (error) {
    if (error instanceof SystemError && (error.code === "EINVAL" || error.code === "ENOENT")) return;
    throw error;
  }
}

// The kernel leaves a mark in a volatile overlay's work directory, and refuses to mount where it finds one, for the
// upper directory may have lost something. After a reboot that would be so, but then this container is gone too.
function forgetVolatile(directory: string): void {
  try {
    Deno.removeSync(`${directory}/work/work/incompat`, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function makeEmptyLayer(directory: string): string {
  const empty = `${directory}/empty`;
  makeDirectory(empty, 0o755);
  return empty;
}

// The root directory of an overlay takes owner and mode from upper, so upper has to repeat the image's.
function makeUpper(upper: string, topLayer: string): void {
  const { mode, uid, gid } = Deno.statSync(topLayer);
  if (makeDirectory(upper, mode! & 0o7777)) Deno.chownSync(upper, uid, gid);
}

/** False when it is there already. The mode is not the umask's to change. */
function makeDirectory(path: string, mode: number): boolean {
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  Deno.chmodSync(path, mode);
  return true;
}

function relativeTo(base: string, path: string): string {
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
}

function mountError(error: unknown, directory: string): unknown {
  if (error instanceof OverlayOptionsError) {
    return new BudgieError(
      `Cannot mount the root file system: ${error.message}, and there is room for 4095`,
      {
        hint: "Squash the image's layers",
        cause: error,
      },
    );
  }
  if (error instanceof SystemError && error.code === "ENODEV") {
    return new BudgieError("Cannot mount the root file system: this kernel has no overlay file system", {
      hint: "Load the module: modprobe overlay",
      cause: error,
    });
  }
  if (error instanceof SystemError && error.code === "EINVAL") {
    return new BudgieError(
      `Cannot mount the root file system: the file system of '${directory}' can't hold an overlay's upper layer`,
      { hint: "Move the data directory to ext4, xfs or btrfs with BUDGIE_DATA_DIR", cause: error },
    );
  }
  return error;
}
