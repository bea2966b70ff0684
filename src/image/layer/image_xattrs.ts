/** Which extended attributes an image may set. */
import type { ByteString } from "../../base/tar/byte_string.ts";
import { SystemError } from "../../linux/libc.ts";
import { LayerError } from "./layer_error.ts";

const CAPABILITY = "security.capability";

/**
 * Sets the attributes of one entry with `set`, after its owner and mode, because chown(2) drops capabilities.
 * - refused: `trusted.*` and `user.overlay.*`, with which a layer could command overlayfs
 * - passed over: other `security.*`, labels and signatures of the policy of some other machine
 * - a file system that has no such attributes only matters for capabilities, without which a program fails
 * @throws LayerError, SystemError
 */
export function applyXattrs(
  xattrs: ReadonlyMap<ByteString, Uint8Array>,
  set: (attribute: ByteString, value: Uint8Array) => void,
): void {
  for (const [attribute, value] of xattrs) {
    if (attribute.startsWith("trusted.") || attribute.startsWith("user.overlay.")) {
      throw new LayerError(`its extended attribute '${attribute.slice(0, 100)}' may not be set`);
    }
    if (attribute !== CAPABILITY && !/^(user|system)\./.test(attribute)) continue;
    try {
      set(attribute, value);
    } catch (error) {
      const unsupported = error instanceof SystemError &&
        (error.code === "EOPNOTSUPP" || error.code === "EPERM");
      if (attribute === CAPABILITY || !unsupported) throw error;
    }
  }
}
