/** The pair of interfaces that lead from a network's bridge into a container. */
import { BudgieError } from "../base/errors.ts";
import type { NetlinkSocket } from "../linux/netlink.ts";
import { changeLink, changePort, deleteLink, findLink, type Link, makeVeth } from "../linux/route/link.ts";
import { findBridge } from "./bridge.ts";
import type { Connection, Place } from "./inner_interface.ts";
import { ensureSetting, hasIpv6 } from "./kernel_setting.ts";

/** The host's side of a veth. */
export interface Port {
  name: string;
  /** by which it is recognised */
  alias: string;
}

/** Makes both ends, or what is missing of the host's. @throws BudgieError, NetlinkError */
export function ensureVeth(place: Place, { network, endpoint }: Connection, port: Port): void {
  const { host, inside, namespace } = place;
  const bridge = findBridge(host, network);
  if (!bridge) {
    throw new BudgieError(
      `Cannot connect to the network '${network.name}': its bridge '${network.bridge}' is missing`,
      { hint: "Make it again with 'budgie network repair'" },
    );
  }
  const outer = findLink(host, port.name);
  const inner = findLink(inside, endpoint.interface);
  if (outer && inner && areEnds(outer, inner)) {
    repairPort(host, outer, { alias: port.alias, master: bridge.index, isolated: network.isolate });
    return;
  }
  if (outer) removePort(host, port);
  const { interface: name, macAddress } = endpoint;
  host.apply([
    makeVeth(port.name, { master: bridge.index, inner: { namespace, name, macAddress, mtu: network.mtu } }),
    // In the same call of the kernel: nobody ever sees it without its alias.
    changeLink(port.name, { alias: port.alias }),
    changePort(port.name, { hairpin: true, isolated: network.isolate }),
  ]);
  bringUp(host, port.name);
}

/** Each one's index is known to the other. */
function areEnds(outer: Link, inner: Link): boolean {
  return outer.kind === "veth" && inner.kind === "veth" && outer.parent === inner.index &&
    inner.parent === outer.index;
}

function repairPort(
  host: NetlinkSocket,
  port: Link,
  wanted: { alias: string; master: number; isolated: boolean },
): void {
  const { name } = port;
  const { alias, master, isolated } = wanted;
  const isOnBridge = port.master === master;
  if (port.alias !== alias) host.apply([changeLink(name, { alias })]);
  if (!isOnBridge) host.apply([changeLink(name, { master })]);
  if (!isOnBridge || !port.hairpin || port.isolated !== isolated) {
    host.apply([changePort(name, { hairpin: true, isolated })]);
  }
  if (!port.up) bringUp(host, name);
}

function bringUp(host: NetlinkSocket, name: string): void {
  // The bridge is the host's end of the network; a port needs no address.
  if (hasIpv6()) ensureSetting(`ipv6/conf/${name}/disable_ipv6`, "1");
  host.apply([changeLink(name, { up: true })]);
}

/** Deletes both ends; removing what is already gone is success. @throws BudgieError when it is somebody else's */
export function removePort(host: NetlinkSocket, port: Port): void {
  const link = findLink(host, port.name);
  if (!link) return;
  if (link.alias !== port.alias) {
    throw new BudgieError(`Cannot use the interface '${port.name}': it was not made by this budgie`, {
      hint: `Remove it, if nothing uses it: 'ip link delete ${port.name}'`,
    });
  }
  host.apply([deleteLink(port.name)]);
}
