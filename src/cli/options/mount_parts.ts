/** What -v, --mount and --tmpfs check alike. */
import { normalisePath } from "../../base/plain_path.ts";
import type { MountOption } from "../../store/container.ts";

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** @throws what `refuse` makes of the reason */
export function checkTarget(target: string, refuse: (reason: string) => Error): void {
  if (!target.startsWith("/")) throw refuse(`the path in the container, '${target}', is not absolute`);
  if (normalisePath(target) === "/") {
    throw refuse("the container's root can't be mounted over");
  }
}

/** `path` from `cwd`, without `.`, `..` and doubled slashes. */
export function absolutePath(path: string, cwd: string): string {
  return normalisePath(path.startsWith("/") ? path : `${cwd}/${path}`);
}

/** Whether it is one of mount(8)'s words for how mounts made later spread. */
export function isPropagation(text: string): text is NonNullable<MountOption["propagation"]> {
  return PROPAGATIONS.includes(text);
}
