/** The root file system of a container: its image's layers below a layer of its own. */
import { BudgieError } from "../base/errors.ts";
import { SystemError } from "../linux/libc.ts";
import { unmount } from "../linux/mount.ts";
import { mountOverlay, OverlayOptionsError } from "../linux/overlay.ts";
import type { StorePaths } from "../store/paths.ts";

/**
 * Mounts the layers at `<directory>/merged`; what the container writes goes to `<directory>/upper`.
 *
 * @param directory the container's own, absolute
 * @param lowerDirs unpacked layers, lowest first, absolute; none for an image without layers
 */
export function mountRootfs(
  directory: string,
  lowerDirs: readonly string[],
  paths: Pick<StorePaths, "layers">,
): void {
  unmountRootfs(directory); // one that was left by a crash would stay below the new one for ever
  const top = lowerDirs.at(-1) ?? makeEmptyLayer(directory);
  makeUpper(`${directory}/upper`, top);
  Deno.mkdirSync(`${directory}/work`, { recursive: true, mode: 0o700 });
  Deno.mkdirSync(`${directory}/merged`, { recursive: true, mode: 0o700 });
  try {
    mountOverlay(`${directory}/merged`, {
      lowerBase: paths.layers,
      lowerDirs: lowerDirs.length === 0 ? [top] : lowerDirs.map((lower) => relativeTo(paths.layers, lower)),
      upperDir: `${directory}/upper`,
      workDir: `${directory}/work`,
    });
  } catch (error) {
    throw mountError(error, directory);
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

function makeEmptyLayer(directory: string): string {
  const empty = `${directory}/empty`;
  Deno.mkdirSync(empty, { recursive: true });
  Deno.chmodSync(empty, 0o755);
  return empty;
}

// The root directory of an overlay takes owner and mode from upper, so upper has to repeat the image's.
function makeUpper(upper: string, topLayer: string): void {
  try {
    Deno.mkdirSync(upper);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw error;
  }
  const { mode, uid, gid } = Deno.statSync(topLayer);
  Deno.chownSync(upper, uid, gid);
  Deno.chmodSync(upper, mode! & 0o7777);
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
