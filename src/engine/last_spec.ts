/** What the runtime was told at a container's last start. */
import type { RuntimeSpec } from "../../oci/runtime_spec.ts";
import { type ContainerFiles, readSmall } from "./container_files.ts";

/** undefined before the first start, and when the power went before the file was on the disk: it is not synced. */
export function lastSpec(files: ContainerFiles): RuntimeSpec | undefined {
  try {
    return JSON.parse(readSmall(files.spec) ?? "");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
