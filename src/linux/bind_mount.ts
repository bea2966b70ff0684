/** Showing a directory or a file at a second place. */
import { mount, MS_BIND, MS_RDONLY, MS_REC, MS_REMOUNT } from "./mount.ts";
import type { RootedDirectory } from "./rooted_directory.ts";

/**
 * Mounts `source`, with what is mounted in it, on `destination` inside of a root, where something of its kind is.
 * For private mounts: it is taken away with them. @throws SystemError
 */
export function bindInside(
  root: RootedDirectory,
  options: { source: string; destination: string; readOnly: boolean },
): void {
  const { source, destination, readOnly } = options;
  using place = root.open(destination);
  if (!place) throw new Error(`nothing at '${destination}' to mount on`);
  mount(source, openedAs(place.fd), { type: "none", flags: MS_BIND | MS_REC });
  if (!readOnly) return;
  using mounted = root.open(destination)!; // what is there now is the mount, and no longer the place
  makeReadOnly(openedAs(mounted.fd));
}

/** Makes a mount read-only for whoever sees it here. @param target where it is mounted. @throws SystemError */
export function makeReadOnly(target: string): void {
  mount("none", target, { type: "none", flags: MS_REMOUNT | MS_BIND | MS_RDONLY });
}

function openedAs(file: number): string {
  return `/proc/self/fd/${file}`;
}
