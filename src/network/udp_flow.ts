/** UDP flows to published ports, which never end by themselves, and which the rules are asked about only once. */
import { deleteFlows } from "../linux/conntrack.ts";
import { NetlinkError, NetlinkSocket } from "../linux/netlink.ts";
import { listAddresses } from "../linux/route/address.ts";
import { isUnspecified } from "./port_slot.ts";
import type { PortRules } from "./rules.ts";

/**
 * Lets the rules decide again about the flows that lead elsewhere than the ports do now: to a container that has left,
 * or to the host itself, because nothing was published when they began. Those that are right go on undisturbed. It
 * does nothing where the kernel has no ctnetlink.
 * @param ports one without targets: it leads nowhere
 * @returns how many there were
 * @throws SystemError
 */
export function redirectUdpFlows(ports: readonly PortRules[]): number {
  const published = ports.filter(({ protocol }) => protocol === "udp");
  if (published.length === 0) return 0;
  const isOwn = ownAddresses();
  try {
    return deleteFlows(({ protocol, destination, answering }) =>
      protocol === "udp" && published.some(({ hostIp, hostPort, targets }) =>
        destination.port === hostPort &&
        (hostIp === undefined || isUnspecified(hostIp)
          ? isOwn(destination.address)
          : destination.address === hostIp) &&
        !targets.some(({ address, port }) => address === answering.address && port === answering.port)
      )
    );
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "EINVAL") return 0;
    throw error;
  }
}

/** Whether an address is the host's: other flows to the same port number only pass through it. */
function ownAddresses(): (address: string) => boolean {
  using socket = new NetlinkSocket();
  const own = new Set(listAddresses(socket).map(({ address }) => address));
  return (address) => own.has(address) || address.startsWith("127.");
}
