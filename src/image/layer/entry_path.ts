import type { ByteString } from "../../base/tar/byte_string.ts";
import { LayerError } from "./layer_error.ts";

/** Linux' NAME_MAX and PATH_MAX (linux/limits.h); the latter counts the NUL. */
const LONGEST_COMPONENT = 255;
export const LONGEST_PATH = 4095;

/**
 * The components of a member's name below the layer's directory; none for the directory itself. A leading `/` counts
 * for nothing, as in docker.
 * @param what stands for the name in errors
 * @throws LayerError for `..` anywhere, and for what Linux cannot name
 */
export function splitEntryPath(name: ByteString, what = "its name"): ByteString[] {
  if (name === "") throw new LayerError(`${what} is empty`);
  if (name.length > LONGEST_PATH) {
    throw new LayerError(`${what} has ${name.length} bytes, more than ${LONGEST_PATH}`);
  }
  const components = name.split("/").filter((component) => component !== "" && component !== ".");
  for (const component of components) {
    if (component === "..") throw new LayerError(`${what} has '..' in it`);
    if (component.length > LONGEST_COMPONENT) {
      throw new LayerError(`a part of ${what} has ${component.length} bytes, more than ${LONGEST_COMPONENT}`);
    }
  }
  return components;
}
