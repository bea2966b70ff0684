/** Names of interfaces that are taken. */
import { NetlinkSocket } from "../linux/netlink.ts";
import { findLink } from "../linux/route/link.ts";

export function hasInterface(name: string): boolean {
  using socket = new NetlinkSocket();
  return findLink(socket, name) !== undefined;
}
