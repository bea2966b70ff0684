/** `-w`, of `run` and of `exec`. */
import { UsageError } from "../../base/errors.ts";

/** @throws UsageError for a path that is not absolute */
export function checkWorkdir(directory: string): string {
  if (directory.startsWith("/")) return directory;
  throw new UsageError(`Cannot work in '${directory}': the path in the container is not absolute`);
}
