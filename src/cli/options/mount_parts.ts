/** What -v, --mount and --tmpfs check alike. */
import { UsageError } from "../../base/errors.ts";
import type { MountOption } from "../../store/container.ts";

/** docker's rule for names of volumes. */
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** @throws UsageError */
export function checkVolumeName(name: string): void {
  if (VOLUME_NAME.test(name)) return;
  throw new UsageError(`Cannot use '${name}' as the name of a volume`, {
    hint: "Use letters, digits, '_', '.' and '-'; a path of the host begins with / or ./",
  });
}

/** @throws what `refuse` makes of the reason */
export function checkTarget(target: string, refuse: (reason: string) => Error): void {
  if (!target.startsWith("/")) throw refuse(`the path in the container, '${target}', is not absolute`);
  if (target.split("/").every((part) => part === "" || part === ".")) {
    throw refuse("the container's root can't be mounted over");
  }
}

/** `path` from `cwd`, without `.`, `..` and doubled slashes. */
export function absolutePath(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export function isPropagation(text: string): text is NonNullable<MountOption["propagation"]> {
  return PROPAGATIONS.includes(text);
}
