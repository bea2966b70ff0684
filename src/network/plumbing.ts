/**
 * What leads from a container to its networks: its network namespace, and an interface for each of them. All of it
 * is derived from the state, and deriving it again makes what is missing: so this is what repairs, too. Everything
 * is done in synchronous calls; whoever calls holds the lock of networks.
 */
import { BudgieError } from "../base/errors.ts";
import { NetlinkError, NetlinkSocket } from "../linux/netlink.ts";
import {
  inNetworkNamespace,
  isNetworkNamespace,
  keepNetworkNamespace,
  makeNetworkNamespace,
  openKeptNetworkNamespace,
  removeNetworkNamespace,
} from "../linux/netns.ts";
import { changeLink, deleteLink, findLink, listLinks } from "../linux/route/link.ts";
import type { StorePaths } from "../store/paths.ts";
import { completeInterface, completeRoutes, type Connection, type Place } from "./inner_interface.ts";
import { hostInterface, portAlias, portOwner } from "./link_name.ts";
import { namespacePath } from "./namespace_path.ts";
import { ensureVeth, type Port, removePort } from "./veth.ts";
import { ensureVlan, removeVlan } from "./vlan.ts";

export type { Connection };

/**
 * Makes the network namespace of a container, and in it an interface for each of `connections`; what is there and
 * right is not touched. The bridges have to be there. What fails halfway is for disconnectAll().
 * @param options.pid of a container that runs: its namespace is kept again, if somebody took the file away
 * @throws BudgieError
 */
export function connectAll(
  paths: StorePaths,
  containerId: string,
  connections: readonly Connection[],
  options: { pid?: number } = {},
): void {
  const path = namespacePath(paths, containerId);
  if (!isNetworkNamespace(path)) {
    if (options.pid === undefined) makeNetworkNamespace(path);
    else keepNetworkNamespace(options.pid, path);
  }
  using place = openPlace(path);
  for (const connection of connections) connect(place, connection, portOf(paths, containerId, connection));
  completeRoutes(place.inside, connections);
}

/**
 * Takes a container that runs out of one network. Its way out may have been there: connectAll() with the networks
 * that are left gives it another one.
 * @throws BudgieError
 */
export function disconnectOne(paths: StorePaths, containerId: string, connection: Connection): void {
  if (connection.network.driver === "bridge") {
    using host = new NetlinkSocket();
    removePort(host, portOf(paths, containerId, connection));
    return;
  }
  const path = namespacePath(paths, containerId);
  if (!isNetworkNamespace(path)) return;
  using place = openPlace(path);
  removeVlan(place.inside, connection);
}

/**
 * Removes the network namespace of a container that has ended, and its interfaces with it: the kernel does that in
 * its own time, some ten milliseconds later, or when the last process in there has ended. No packet goes through them
 * any more when this returns. Removing what is already gone is success.
 */
export function disconnectAll(paths: StorePaths, containerId: string): void {
  const path = namespacePath(paths, containerId);
  if (isNetworkNamespace(path)) {
    using place = openPlace(path);
    cutOff(paths, place);
  }
  removeNetworkNamespace(path);
}

// To delete a veth takes the kernel 15 ms, to bring it down a tenth of one.
function cutOff(paths: StorePaths, { host, inside }: Place): void {
  for (const { kind, name, parent } of listLinks(inside)) {
    if (kind === "macvlan" || kind === "ipvlan") inside.apply([deleteLink(name)]);
    if (kind !== "veth" || parent === undefined) continue;
    const port = findLink(host, parent);
    if (port && portOwner(paths, port.alias)) host.apply([changeLink(port.name, { up: false })]);
  }
}

function connect(place: Place, connection: Connection, port: Port): void {
  const { network } = connection;
  try {
    if (network.driver === "bridge") ensureVeth(place, connection, port);
    else ensureVlan(place, connection);
    completeInterface(place, connection);
  } catch (cause) {
    if (!(cause instanceof NetlinkError)) throw cause;
    throw new BudgieError(`Cannot connect to the network '${network.name}': ${cause.message}`, { cause });
  }
}

function portOf(paths: StorePaths, containerId: string, { network }: Connection): Port {
  const owner = { container: containerId, network: network.id };
  return { name: hostInterface(containerId, network.id), alias: portAlias(paths, owner) };
}

function openPlace(path: string): Place & Disposable {
  using undo = new DisposableStack();
  const namespace = undo.use(openKeptNetworkNamespace(path));
  const host = undo.use(new NetlinkSocket());
  const inside = undo.use(inNetworkNamespace(namespace, () => new NetlinkSocket()));
  const owned = undo.move();
  return { namespace, host, inside, [Symbol.dispose]: () => owned.dispose() };
}
