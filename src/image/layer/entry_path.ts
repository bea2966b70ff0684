import { type ByteString } from "../../base/tar/byte_string.ts";
import { LayerError } from "./layer_error.ts";

/** Linux' NAME_MAX and PATH_MAX (linux/limits.h); the latter counts the NUL. */
const LONGEST_COMPONENT = 255;
export const LONGEST_PATH = 4095;

/**
 * The components of a member's name below the layer's directory; none for the directory itself. A leading `/` counts
 * for nothing, as in docker.
 * @throws LayerError for `..` anywhere, and for what Linux cannot name
 */
export function splitEntryPath(name: ByteString): ByteString[] {
  if (name === "") throw new LayerError("it has an entry without a name");
  if (name.length > LONGEST_PATH) {
    throw new LayerError(`its name has ${name.length} bytes, more than ${LONGEST_PATH}`, { entry: name });
  }
  const components = name.split("/").filter((component) => component !== "" && component !== ".");
  for (const component of components) {
    if (component === "..") throw new LayerError("its name has '..' in it", { entry: name });
    if (component.length > LONGEST_COMPONENT) {
      const reason = `a part of its name has ${component.length} bytes, more than ${LONGEST_COMPONENT}`;
      throw new LayerError(reason, { entry: name });
    }
  }
  return components;
}
