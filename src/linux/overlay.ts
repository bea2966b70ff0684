/** Mounting an overlay file system of many layers by mount(2), whose options end at one page. */
import { mount } from "./mount.ts";

/** mount(2) copies at most one page of options, and the last byte is the NUL. */
const MAX_OPTION_BYTES = 4095;

/**
 * Whatever the host's defaults: a renamed folder is copied, and so is a file whose owner changes, for what lies in the
 * upper layer has to be whole without its lower layers, as a layer of an image is.
 */
const PLAIN_UPPER = "redirect_dir=off,metacopy=off";

/** All but `lowerBase` may be relative to it. */
export interface OverlayOptions {
  /** the directory that relative paths start from */
  lowerBase: string;
  /** lowest layer first, one at least */
  lowerDirs: readonly string[];
  upperDir: string;
  workDir: string;
  /** nothing is written through to the disk when it is unmounted (Linux 5.10): it can't be mounted again then */
  volatile?: boolean;
}

/** overlayfs was given more layers than fit into the options of mount(2). */
export class OverlayOptionsError extends Error {
  override name = "OverlayOptionsError";
}

/**
 * Mounts at `target` (absolute). Short lowerdir names are what makes 127 layers fit, so they are resolved
 * relative to `lowerBase`: the working directory of the process changes for the time of this synchronous call.
 * @throws OverlayOptionsError, SystemError
 */
export function mountOverlay(target: string, options: OverlayOptions): void {
  const data = overlayOptions(options);
  const previous = workingDirectory();
  Deno.chdir(options.lowerBase);
  try {
    mount("overlay", target, { type: "overlay", data });
  } finally {
    Deno.chdir(previous);
  }
}

// It may have been removed since we were started in it.
function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch {
    return "/";
  }
}

/** The options of overlayfs (kernel documentation, filesystems/overlayfs.rst). @throws OverlayOptionsError */
export function overlayOptions(options: Omit<OverlayOptions, "lowerBase">): string {
  const { lowerDirs, upperDir, workDir, volatile } = options;
  // overlayfs reads lowerdir from the top (left) to the bottom (right), and refuses a folder that it has already. A
  // layer that stands in an image twice counts where it is highest: nothing of its lower place can be seen.
  const lower = [...new Set(lowerDirs.toReversed())].map(escapePath).join(":");
  const places = `lowerdir=${lower},upperdir=${escapePath(upperDir)},workdir=${escapePath(workDir)}`;
  const data = `${places},${PLAIN_UPPER}${volatile ? ",volatile" : ""}`;
  const bytes = new TextEncoder().encode(data).length;
  if (bytes > MAX_OPTION_BYTES) {
    throw new OverlayOptionsError(`${lowerDirs.length} layers need ${bytes} bytes of mount options`);
  }
  return data;
}

// A comma ends an option and a colon a lowerdir, unless a backslash stands before it.
function escapePath(path: string): string {
  return path.replace(/[\\,:]/g, "\\$&");
}
