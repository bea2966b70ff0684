/** Being told what changes in the network of the host (rtnetlink(7), multicast groups). */
import { NETLINK_ROUTE } from "../netlink.ts";
import type { NetlinkMessage } from "../netlink_message.ts";
import { type Lost, NetlinkMonitor } from "../netlink_monitor.ts";
import { type LinkAddress, parseAddress, RTM_DELADDR, RTM_NEWADDR } from "./address.ts";
import { type Link, parseLink, RTM_DELLINK, RTM_NEWLINK } from "./link.ts";
import { RTM_DELROUTE, RTM_NEWROUTE } from "./route.ts";

/** include/uapi/linux/rtnetlink.h: RTMGRP_LINK, and both families' RTMGRP_…_IFADDR and RTMGRP_…_ROUTE. */
const GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;
const AF_UNSPEC = 0;

type KnownChange =
  | { what: "link"; gone: boolean; link: Link }
  | { what: "address"; gone: boolean; address: LinkAddress }
  | { what: "route"; gone: boolean };

export type RouteChange = KnownChange | Lost;

/** For the network namespace that it is made in. `fd` is readable (poll(2)) when there is something to drain. */
export class RouteMonitor extends NetlinkMonitor<KnownChange> {
  /** @throws SystemError */
  constructor() {
    super({ protocol: NETLINK_ROUTE, groups: GROUPS, parse: changeOf });
  }
}

function changeOf(message: NetlinkMessage): KnownChange | undefined {
  const { type, body } = message;
  switch (type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      // Of the family AF_BRIDGE: it is no port any more, but still there.
      return { what: "link", gone: type === RTM_DELLINK && body[0] === AF_UNSPEC, link: parseLink(message) };
    case RTM_NEWADDR:
    case RTM_DELADDR:
      return { what: "address", gone: type === RTM_DELADDR, address: parseAddress(message) };
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      return { what: "route", gone: type === RTM_DELROUTE };
    default:
      return undefined;
  }
}
