/** What is left of containers that have ended, where somebody was killed or a process held on to it. */
import { NetlinkSocket } from "../linux/netlink.ts";
import { deleteLink, listLinks } from "../linux/route/link.ts";
import type { StorePaths } from "../store/paths.ts";
import { portOwner } from "./link_name.ts";
import { disconnectAll } from "./plumbing.ts";

/** What was removed. */
export interface StaleParts {
  /** IDs of containers that network namespaces were kept for */
  namespaces: string[];
  /** names of interfaces on the host */
  interfaces: string[];
}

/**
 * Removes the network namespaces and the host's interfaces that were made for other containers, or other networks of
 * theirs, than those of `wanted`. The interfaces of other data directories are not touched.
 * @param wanted by the ID of a container, the IDs of the networks that it is to be in
 */
export function removeStale(
  paths: StorePaths,
  wanted: ReadonlyMap<string, readonly string[]>,
): StaleParts {
  const kept = Array.from(Deno.readDirSync(paths.networkNamespaces), ({ name }) => name);
  const namespaces = kept.filter((id) => !wanted.has(id));
  using host = new NetlinkSocket();
  const interfaces: string[] = [];
  for (const { name, alias } of listLinks(host)) {
    const owner = portOwner(paths, alias);
    if (owner && !wanted.get(owner.container)?.includes(owner.network)) interfaces.push(name);
  }
  for (const id of namespaces) disconnectAll(paths, id);
  for (const name of interfaces) host.apply([deleteLink(name)]);
  return { namespaces, interfaces };
}
