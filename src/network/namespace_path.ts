/** Where network namespaces are kept. Apart from what makes them: a command that makes none loads little. */
import type { StorePaths } from "../store/paths.ts";

/** Of a container that is connected; one that is not has nothing there. */
export function namespacePath(paths: StorePaths, containerId: string): string {
  return `${paths.networkNamespaces}/${containerId}`;
}
