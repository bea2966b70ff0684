/** Where the host sends packets, so that no subnet of ours takes addresses from somebody who is there. */
import { BudgieError } from "../base/errors.ts";
import { parseIpAddress } from "../base/ip_address.ts";
import { aligned, formatSubnet, isWithin, parseSubnet } from "../base/subnet.ts";
import { NetlinkSocket } from "../linux/netlink.ts";
import { listAddresses } from "../linux/route/address.ts";
import { listLinks } from "../linux/route/link.ts";
import { listRoutes } from "../linux/route/route.ts";
import type { NetworkRecord } from "../store/network.ts";
import type { TakenSubnet } from "./subnet_plan.ts";

/** What this network namespace has routes to, but for default routes, and has addresses in. */
export function hostRoutes(): TakenSubnet[] {
  using socket = new NetlinkSocket();
  const names = new Map(listLinks(socket).map(({ index, name }) => [index, name]));
  const routes = listRoutes(socket, { allTables: true }).filter(({ prefixLength }) => prefixLength > 0)
    .map(({ destination, ...rest }) => ({ address: destination, ...rest }));
  return [...routes, ...listAddresses(socket)].map(({ address, prefixLength, link }) => {
    const subnet = aligned({ first: parseIpAddress(address)!, prefixLength });
    const device = names.get(link ?? 0);
    return { subnet, why: `the host reaches ${formatSubnet(subnet)}${device ? ` by ${device}` : ""}` };
  });
}

/**
 * To be asked before the bridge of a network is made. A wider route, as of a VPN, does no harm: the kernel prefers the
 * narrower one, which is the bridge's.
 * @throws BudgieError when the host sends packets for addresses of the network somewhere else by now
 */
export function checkRoutes({ name, subnets }: NetworkRecord): void {
  const routes = hostRoutes();
  for (const { subnet } of subnets) {
    const range = parseSubnet(subnet);
    const conflict = routes.find((route) => isWithin(route.subnet, range));
    if (!conflict) continue;
    throw new BudgieError(`Cannot use the subnet ${subnet} of the network '${name}': ${conflict.why}`, {
      hint: "Take that address or route away, or put the containers into a network with another subnet",
    });
  }
}
