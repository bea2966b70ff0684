/** The interface of a container in a macvlan or ipvlan network, which lies on one of the host's. */
import { BudgieError } from "../base/errors.ts";
import { NetlinkError, type NetlinkSocket } from "../linux/netlink.ts";
import { deleteLink, findLink, makeIpvlan, makeMacvlan } from "../linux/route/link.ts";
import type { Connection, Place } from "./inner_interface.ts";

/** Makes it where it is missing. @throws BudgieError, NetlinkError */
export function ensureVlan({ host, inside, namespace }: Place, { network, endpoint }: Connection): void {
  const parent = findLink(host, network.parent!);
  if (!parent) {
    throw new BudgieError(
      `Cannot connect to the network '${network.name}': the host has no interface '${network.parent}', its parent`,
      { hint: "'ip link' lists the host's interfaces" },
    );
  }
  const { interface: name, macAddress } = endpoint;
  const present = findLink(inside, name);
  if (present?.kind === network.driver && present.parent === parent.index) return;
  const place = { parent: parent.index, isolated: network.isolate };
  const inner = { namespace, name, mtu: network.mtu };
  const request = network.driver === "macvlan"
    ? makeMacvlan({ ...place, inner: { ...inner, macAddress } })
    : makeIpvlan({ ...place, inner });
  try {
    host.apply([request]);
  } catch (cause) {
    if (!(cause instanceof NetlinkError) || cause.code !== "EOPNOTSUPP") throw cause;
    throw new BudgieError(
      `Cannot connect to the network '${network.name}': the kernel has no ${network.driver}`,
      {
        hint:
          `Install its module '${network.driver}' (Ubuntu: linux-modules-extra-*), or use a bridge network`,
        cause,
      },
    );
  }
}

/** Deletes it; removing what is already gone is success. */
export function removeVlan(inside: NetlinkSocket, { network, endpoint }: Connection): void {
  const link = findLink(inside, endpoint.interface);
  if (link?.kind === network.driver) inside.apply([deleteLink(link.name)]);
}
