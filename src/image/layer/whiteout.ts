/** What a layer takes away from those below it (OCI image-spec layer.md, "Whiteouts"), told by names. */
import type { ByteString } from "../../base/tar/byte_string.ts";
import { LayerError } from "./layer_error.ts";

/**
 * - `hide`: `name` of the layers below is gone; overlayfs says so with a character device 0:0
 * - `opaque`: the folder has nothing of the layers below; overlayfs says so with an attribute
 * - `ignore`: bookkeeping of aufs
 */
export type Whiteout = { kind: "hide"; name: ByteString } | { kind: "opaque" } | { kind: "ignore" };

const PREFIX = ".wh.";
/** Names that aufs keeps for itself; the layer format took over one of them. */
const RESERVED_PREFIX = ".wh..wh.";
const OPAQUE = ".wh..wh..opq";

/** A name that no entry can have: what is about to be deleted waits under it. */
export const DISCARDED = `${RESERVED_PREFIX}budgie-discarded`;

/** overlayfs' own marks (Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories"). */
export const OPAQUE_XATTR = "trusted.overlay.opaque";
/** The device that hides a name of the layers below. */
export const WHITEOUT_DEVICE = { major: 0, minor: 0 };

/** What a member's path means; undefined for a plain one. @throws LayerError for one that cannot mean anything */
export function whiteoutOf(components: readonly ByteString[]): Whiteout | undefined {
  const name = components.at(-1);
  if (components.slice(0, -1).some((folder) => folder.startsWith(RESERVED_PREFIX))) return { kind: "ignore" };
  if (components.slice(0, -1).some((folder) => folder.startsWith(PREFIX))) {
    throw new LayerError("it lies in a directory that is a whiteout");
  }
  if (name === undefined || !name.startsWith(PREFIX)) return undefined;
  if (name === OPAQUE) return { kind: "opaque" };
  if (name.startsWith(RESERVED_PREFIX)) return { kind: "ignore" };
  const hidden = name.slice(PREFIX.length);
  if (hidden === "" || hidden === "." || hidden === "..") {
    throw new LayerError(`it is a whiteout of '${hidden}'`);
  }
  return { kind: "hide", name: hidden };
}

/** The member that hides `path` of the layers below. */
export function whiteoutName(path: ByteString): ByteString {
  const name = path.lastIndexOf("/") + 1;
  return `${path.slice(0, name)}${PREFIX}${path.slice(name)}`;
}

/** The member that makes the folder `path` opaque. */
export function opaqueName(path: ByteString): ByteString {
  return `${path}/${OPAQUE}`;
}

/** Whether the last name of a path is one that no file of a layer can have. */
export function isReserved(path: ByteString): boolean {
  return path.startsWith(PREFIX, path.lastIndexOf("/") + 1);
}
