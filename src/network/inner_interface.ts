/** A container's interface, as it is inside of its network namespace. */
import { parseIpAddress } from "../base/ip_address.ts";
import { contains, parseSubnet } from "../base/subnet.ts";
import type { Descriptor } from "../linux/file.ts";
import type { NetlinkSocket } from "../linux/netlink.ts";
import { inNetworkNamespace } from "../linux/netns.ts";
import { addAddress, listAddresses } from "../linux/route/address.ts";
import { changeLink, findLink } from "../linux/route/link.ts";
import { addDefaultRoute, listRoutes } from "../linux/route/route.ts";
import type { Endpoint, NetworkRecord } from "../store/network.ts";
import { ensureSetting, hasIpv6 } from "./kernel_setting.ts";

/** A container in a network, from the state. */
export interface Connection {
  network: NetworkRecord;
  endpoint: Endpoint;
}

/** Where the host and a container meet. */
export interface Place {
  /** speaks to the host's network */
  host: NetlinkSocket;
  /** speaks to the container's */
  inside: NetlinkSocket;
  namespace: Descriptor;
}

/** Gives an interface that is there what it lacks, and brings it up. @throws NetlinkError */
export function completeInterface({ inside, namespace }: Place, { network, endpoint }: Connection): void {
  const link = findLink(inside, endpoint.interface)!;
  // Once it is up, its settings are the container's own affair.
  if (!link.up) inNetworkNamespace(namespace, () => setKernel(endpoint));
  const present = listAddresses(inside).filter((address) => address.link === link.index);
  const missing = endpoint.addresses.filter((one) => !present.some(({ address }) => address === one));
  // An ipvlan has that of its parent, and none of its own.
  const macAddress = endpoint.macAddress === link.macAddress ? undefined : endpoint.macAddress || undefined;
  const mtu = network.mtu === link.mtu ? undefined : network.mtu;
  inside.apply([
    ...(macAddress ?? mtu ? [changeLink(link.name, { macAddress, mtu })] : []),
    ...missing.map((address) =>
      addAddress({ link: link.index, address, prefixLength: prefixLengthOf(network, address) })
    ),
    // At last: it tells all the others its addresses then.
    ...(link.up ? [] : [changeLink(link.name, { up: true })]),
  ]);
}

function setKernel({ interface: name, addresses }: Endpoint): void {
  // Who knows the address from another container that had it before, learns at once who has it now.
  ensureSetting(`ipv4/conf/${name}/arp_notify`, "1");
  if (!hasIpv6()) return;
  const isOnIpv6 = addresses.some((address) => address.includes(":"));
  ensureSetting(`ipv6/conf/${name}/disable_ipv6`, isOnIpv6 ? "0" : "1");
  if (!isOnIpv6) return;
  ensureSetting(`ipv6/conf/${name}/ndisc_notify`, "1");
  ensureSetting(`ipv6/conf/${name}/accept_ra`, "0"); // another container is no router
}

function prefixLengthOf(network: NetworkRecord, address: string): number {
  const subnets = network.subnets.map(({ subnet }) => parseSubnet(subnet));
  const subnet = subnets.find((subnet) => contains(subnet, parseIpAddress(address)!));
  if (!subnet) throw new Error(`${address} is in no subnet of the network '${network.name}'`);
  return subnet.prefixLength;
}

/**
 * Gives a container the way out, by the first of its networks that has one, for each family by itself; a default
 * route that it has already is left as it is.
 * @throws NetlinkError
 */
export function completeRoutes(inside: NetlinkSocket, connections: readonly Connection[]): void {
  const present = listRoutes(inside).filter(({ prefixLength }) => prefixLength === 0);
  for (const family of [4, 6] as const) {
    if (present.some((route) => route.family === family)) continue;
    for (const { network, endpoint } of connections) {
      const gateway = network.internal ? undefined : gatewayOf(network, family);
      if (gateway === undefined) continue;
      inside.apply([addDefaultRoute({ gateway, link: findLink(inside, endpoint.interface)!.index })]);
      break;
    }
  }
}

function gatewayOf({ subnets }: NetworkRecord, family: 4 | 6): string | undefined {
  return subnets.map(({ gateway }) => gateway).find((gateway) => gateway?.includes(":") === (family === 6));
}
