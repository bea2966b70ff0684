import {
  chmodFile,
  chownFile,
  closeFile,
  makeDirectoryAt,
  type NameBuffer,
  openDirectoryAt,
  unlinkAt,
} from "../../linux/at_file.ts";
import { type FileStatus, S_IFCHR, S_IFMT } from "../../linux/statx.ts";
import { setXattr } from "../../linux/xattr.ts";
import { OPAQUE_XATTR, WHITEOUT_DEVICE } from "./whiteout.ts";

/** Of folders that files lie in but no entry describes. */
const IMPLIED_MODE = 0o755;

/** Makes and opens a folder, root's own. @throws SystemError */
export function makeDirectory(parent: number, name: NameBuffer): number {
  makeDirectoryAt(parent, name, IMPLIED_MODE);
  const file = openDirectoryAt(parent, name);
  try {
    // The umask, or a set-group-ID bit of the folder around it, may have had a say.
    chownFile(file, 0, 0);
    chmodFile(file, IMPLIED_MODE);
    return file;
  } catch (error) {
    closeFile(file);
    throw error;
  }
}

/**
 * Makes and opens a folder where this layer's whiteout is. What the whiteout hid stays hidden, because a whiteout
 * speaks of the layers below and never of its own. @throws SystemError
 */
export function makeDirectoryOverWhiteout(parent: number, name: NameBuffer): number {
  unlinkAt(parent, name);
  const file = makeDirectory(parent, name);
  try {
    makeOpaque(file);
    return file;
  } catch (error) {
    closeFile(file);
    throw error;
  }
}

/** Hides what the layers below have in this folder. @throws SystemError */
export function makeOpaque(directory: number): void {
  setXattr(directory, OPAQUE_XATTR, new TextEncoder().encode("y"));
}

/** Whether it is a whiteout as overlayfs has them. */
export function isWhiteout({ mode, node }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFCHR && node.major === WHITEOUT_DEVICE.major &&
    node.minor === WHITEOUT_DEVICE.minor;
}
