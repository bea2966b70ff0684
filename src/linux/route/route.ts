/** Routes (rtnetlink(7)). */
import { concatBytes } from "../../base/concat_bytes.ts";
import { type NetlinkSocket, NLM_F_CREATE, NLM_F_EXCL } from "../netlink.ts";
import {
  attribute,
  attributeU32,
  type NetlinkMessage,
  type NetlinkRequest,
  numberOf,
  parseAttributes,
} from "../netlink_message.ts";
import { AF_INET, familyOf, ipBytes, ipText } from "./ip_bytes.ts";

/** A route to other machines. */
export interface Route {
  family: 4 | 6;
  /** without the prefix length; of a default route 0.0.0.0 or :: */
  destination: string;
  /** bits; 0: a default route */
  prefixLength: number;
  /** undefined: the destination is on the link itself, or there are several ways */
  gateway?: string;
  /** index of the interface; undefined: there are several ways */
  link?: number;
}

/** include/uapi/linux/rtnetlink.h */
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_TABLE = 15;
const RT_TABLE_MAIN = 254;
const RTPROT_STATIC = 4;
const RT_SCOPE_UNIVERSE = 0;
const RTN_UNICAST = 1;
/** a copy of another route that the kernel keeps */
const RTM_F_CLONED = 0x200;
/** struct rtmsg: family, lengths of destination and source, TOS, table, protocol, scope, type; flags. */
const RTMSG_BYTES = 12;

/**
 * Those of both families that lead somewhere.
 * @param options.allTables not those of the main table alone: tunnels have tables of their own (ip-rule(8))
 */
export function listRoutes(socket: NetlinkSocket, options: { allTables?: boolean } = {}): Route[] {
  const body = new Uint8Array(RTMSG_BYTES);
  return socket.dump(
    { what: "list routes", type: RTM_GETROUTE, body },
    (message) => options.allTables || tableOf(message) === RT_TABLE_MAIN ? parseRoute(message) : undefined,
  );
}

/** A default route; one that is there already is left as it is. */
export function addDefaultRoute({ gateway, link }: { gateway: string; link: number }): NetlinkRequest {
  const bytes = ipBytes(gateway);
  const header = new Uint8Array(RTMSG_BYTES);
  header.set([familyOf(bytes), 0, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_UNIVERSE, RTN_UNICAST]);
  return {
    what: `add the default route by ${gateway}`,
    type: RTM_NEWROUTE,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: concatBytes([header, attribute(RTA_GATEWAY, bytes), attributeU32(RTA_OIF, link)]),
    harmless: ["EEXIST"],
  };
}

function tableOf({ body }: NetlinkMessage): number | undefined {
  return numberOf(parseAttributes(body.subarray(RTMSG_BYTES)).get(RTA_TABLE));
}

/** Of RTM_NEWROUTE and RTM_DELROUTE; undefined for what is no way to anywhere. */
function parseRoute({ body }: NetlinkMessage): Route | undefined {
  const [family, prefixLength, , , , , , type] = body;
  const flags = numberOf(body.subarray(8, RTMSG_BYTES))!;
  const attributes = parseAttributes(body.subarray(RTMSG_BYTES));
  if (type !== RTN_UNICAST || flags & RTM_F_CLONED) return undefined;
  const version = family === AF_INET ? 4 : 6;
  const gateway = attributes.get(RTA_GATEWAY);
  return {
    family: version,
    destination: ipText(attributes.get(RTA_DST) ?? new Uint8Array(version === 4 ? 4 : 16)),
    prefixLength,
    gateway: gateway && ipText(gateway),
    link: numberOf(attributes.get(RTA_OIF)),
  };
}
