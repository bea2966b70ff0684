/** The bridge of a network on the host. */
import { BudgieError } from "../base/errors.ts";
import { parseSubnet } from "../base/subnet.ts";
import { NetlinkError, NetlinkSocket } from "../linux/netlink.ts";
import { addAddress, listAddresses } from "../linux/route/address.ts";
import { changeLink, deleteLink, findLink, type Link, makeBridge } from "../linux/route/link.ts";
import type { NetworkRecord } from "../store/network.ts";
import { checkRoutes } from "./host_routes.ts";
import { ensureSetting, forwardIpv6, hasIpv6 } from "./kernel_setting.ts";
import { bridgeAlias } from "./link_name.ts";

/**
 * Makes the bridge of a network, or what is missing of it, and lets the host pass packets on. It does nothing for a
 * network that has no bridge.
 * @throws BudgieError when an interface of that name is somebody else's, or a route is in the way, or the host can't do it
 */
export function ensureBridge(network: NetworkRecord): void {
  const { bridge: name } = network;
  if (name === undefined) return;
  using socket = new NetlinkSocket();
  try {
    const bridge = findBridge(socket, network) ?? newBridge(socket, network);
    setKernel(name, network);
    complete(socket, bridge, network);
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    throw new BudgieError(
      `Cannot make the bridge '${name}' of the network '${network.name}': ${error.message}`,
      { cause: error },
    );
  }
}

/** Whether there is nothing to be made for a network; also of one without a bridge. @throws BudgieError as above */
export function hasBridge(network: NetworkRecord): boolean {
  if (network.bridge === undefined) return true;
  using socket = new NetlinkSocket();
  return findBridge(socket, network) !== undefined;
}

/**
 * Removes the bridge of a network; removing what is already gone is success.
 * @throws BudgieError when an interface of that name is somebody else's
 */
export function removeBridge(network: NetworkRecord): void {
  if (network.bridge === undefined) return;
  using socket = new NetlinkSocket();
  if (findBridge(socket, network)) socket.apply([deleteLink(network.bridge)]);
}

/** undefined when it has to be made. @throws BudgieError when an interface of that name is somebody else's */
export function findBridge(socket: NetlinkSocket, network: NetworkRecord): Link | undefined {
  const link = findLink(socket, network.bridge!);
  if (!link || link.alias === bridgeAlias(network)) return link;
  const [, id] = /^budgie ([0-9a-f]{12})/.exec(link.alias ?? "") ?? [];
  const owner = id ? `is of another network, with the ID ${id}` : "was not made by budgie";
  throw new BudgieError(
    `Cannot use the interface '${link.name}' for the network '${network.name}': it ${owner}`,
    {
      hint: id
        ? `It may be of another data directory; if nothing uses it, remove it with 'ip link delete ${link.name}'`
        : `Rename or remove it, if nothing uses it: 'ip -d link show ${link.name}' tells what it is`,
    },
  );
}

// The alias comes in the same call of the kernel: nobody ever sees the bridge without it.
function newBridge(socket: NetlinkSocket, network: NetworkRecord): Link {
  checkRoutes(network);
  const name = network.bridge!;
  const macAddress = macAddressOf(network);
  socket.apply([makeBridge({ name, macAddress }), changeLink(name, { alias: bridgeAlias(network) })]);
  return findLink(socket, name)!;
}

/** Of the network's ID, so that containers find it unchanged when the bridge was made again; locally administered. */
function macAddressOf({ id }: NetworkRecord): string {
  return ["02", ...id.slice(0, 10).match(/../g)!].join(":");
}

/** Before the bridge is up: later it would have given itself an address already. */
function setKernel(bridge: string, network: NetworkRecord): void {
  ensureSetting("ipv4/ip_forward", "1");
  // A port that is published on 127.0.0.1 leads from there to the bridge.
  ensureSetting(`ipv4/conf/${bridge}/route_localnet`, "1");
  if (network.subnets.some(({ subnet }) => subnet.includes(":"))) {
    if (!hasIpv6()) {
      throw new BudgieError(`Cannot make the network '${network.name}': this host has no IPv6`, {
        hint: "Make a network with IPv4 subnets alone, or boot the host without ipv6.disable=1",
      });
    }
    forwardIpv6();
    ensureSetting(`ipv6/conf/${bridge}/disable_ipv6`, "0");
    ensureSetting(`ipv6/conf/${bridge}/accept_ra`, "0"); // a container is no router
    // The address of the link is nobody else's; for the second that a search for others takes, packets would wait.
    ensureSetting(`ipv6/conf/${bridge}/accept_dad`, "0");
  } else if (hasIpv6()) {
    // By a link-local address, the host could be reached where the network knows nothing of IPv6.
    ensureSetting(`ipv6/conf/${bridge}/disable_ipv6`, "1");
  }
}

function complete(socket: NetlinkSocket, bridge: Link, network: NetworkRecord): void {
  const present = listAddresses(socket).filter(({ link }) => link === bridge.index);
  const missing = network.subnets.flatMap(({ subnet, gateway }) => {
    if (gateway === undefined || present.some(({ address }) => address === gateway)) return [];
    return [{ link: bridge.index, address: gateway, prefixLength: parseSubnet(subnet).prefixLength }];
  });
  const mtu = network.mtu === bridge.mtu ? undefined : network.mtu;
  socket.apply([
    ...(mtu === undefined ? [] : [changeLink(bridge.name, { mtu })]),
    ...missing.map(addAddress),
    ...(bridge.up ? [] : [changeLink(bridge.name, { up: true })]),
  ]);
}
