/** Owner, mode, extended attributes and time of an entry, in the order in which none of them undoes another. */
import type { TarEntry } from "../../base/tar/entry.ts";
import {
  chmodAt,
  chmodFile,
  chownAt,
  chownFile,
  type NameBuffer,
  setFileTime,
  setTimeAt,
} from "../../linux/at_file.ts";
import { setXattr, setXattrAt } from "../../linux/xattr.ts";
import { applyXattrs } from "./image_xattrs.ts";
import { LayerError } from "./layer_error.ts";

/** The largest of both; the number above it means "leave it" to chown(2). */
const LARGEST_ID = 2 ** 32 - 2;

/** For an open file, after its content: writing drops setuid bits and capabilities, as does a new owner. */
export function applyToFile(file: number, entry: TarEntry): void {
  applyToDirectory(file, entry);
  setFileTime(file, entry.mtime);
}

/** For an open folder, whose time has to wait until all is in it. */
export function applyToDirectory(file: number, entry: TarEntry): void {
  checkOwner(entry);
  chownFile(file, entry.uid, entry.gid);
  chmodFile(file, entry.mode);
  applyXattrs(entry.xattrs, (attribute, value) => setXattr(file, attribute, value));
}

/** For what must not be opened: symlinks and devices. */
export function applyToName(directory: number, name: NameBuffer, entry: TarEntry): void {
  checkOwner(entry);
  chownAt(directory, name, entry.uid, entry.gid);
  if (entry.kind !== "symlink") chmodAt(directory, name, entry.mode);
  applyXattrs(entry.xattrs, (attribute, value) => setXattrAt(directory, name, attribute, value));
  setTimeAt(directory, name, entry.mtime);
}

function checkOwner({ uid, gid }: TarEntry): void {
  for (const id of [uid, gid]) {
    if (id < 0 || id > LARGEST_ID) throw new LayerError(`its owner ${uid}:${gid} is out of range`);
  }
}
