/** The two sides of `cp`: a path of the host, `-`, or `CONTAINER:PATH`. */
import { UsageError } from "../../base/errors.ts";
import type { ContainerPath } from "../../engine/files/copy_source.ts";

/** What a user wrote for one side. */
export type CopyPath =
  | { kind: "host"; path: string }
  | { kind: "stream" }
  | { kind: "container" } & ContainerPath;

/** Docker's rule: with a `/` or a `.` at its beginning, a colon is part of a host's path. @throws UsageError */
export function parseCopyPath(text: string): CopyPath {
  if (text === "-") return { kind: "stream" };
  const colon = text.indexOf(":");
  if (text.startsWith("/") || text.startsWith(".") || colon === -1) {
    if (text === "") throw new UsageError("Cannot copy '': the path is empty");
    return { kind: "host", path: text };
  }
  const [container, path] = [text.slice(0, colon), text.slice(colon + 1)];
  if (container === "" || path === "") {
    throw new UsageError(`Cannot copy '${text}': it is not CONTAINER:PATH`, {
      hint: `For a file of the host, write ./${text}`,
    });
  }
  return { kind: "container", container, path: path.startsWith("/") ? path : `/${path}`, shown: text };
}
