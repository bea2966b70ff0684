/** The addresses of interfaces (rtnetlink(7)). */
import { concatBytes } from "../../base/concat_bytes.ts";
import { type NetlinkSocket, NLM_F_CREATE, NLM_F_EXCL } from "../netlink.ts";
import {
  attribute,
  type Bytes,
  type NetlinkMessage,
  type NetlinkRequest,
  parseAttributes,
  viewOf,
} from "../netlink_message.ts";
import { familyOf, ipBytes, ipText } from "./ip_bytes.ts";

/** An address of an interface. */
export interface LinkAddress {
  /** of the interface */
  link: number;
  /** without the prefix length */
  address: string;
  prefixLength: number;
}

/** include/uapi/linux/rtnetlink.h */
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
const RTM_GETADDR = 22;

/** include/uapi/linux/if_addr.h */
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_BROADCAST = 4;
/** usable at once: nobody else has it, so there is no need to ask (RFC 4862 §5.4) */
const IFA_F_NODAD = 0x02;
/** struct ifaddrmsg: family, prefix length, flags, scope, index of the interface. */
const IFADDRMSG_BYTES = 8;

/** Those of all interfaces, of both families. */
export function listAddresses(socket: NetlinkSocket): LinkAddress[] {
  const body = new Uint8Array(IFADDRMSG_BYTES);
  return socket.dump({ what: "list addresses", type: RTM_GETADDR, body }, parseAddress);
}

/** Gives an interface an address; one that it has already is left as it is. */
export function addAddress(address: LinkAddress): NetlinkRequest {
  const bytes = ipBytes(address.address);
  const attributes = [attribute(IFA_LOCAL, bytes), attribute(IFA_ADDRESS, bytes)];
  if (bytes.length === 4) attributes.push(attribute(IFA_BROADCAST, broadcastOf(bytes, address.prefixLength)));
  return {
    what: `add address ${address.address}/${address.prefixLength}`,
    type: RTM_NEWADDR,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: concatBytes([header(bytes, address), ...attributes]),
    harmless: ["EEXIST"],
  };
}

/** Takes an address away; removing what is already gone is success. */
export function removeAddress(address: LinkAddress): NetlinkRequest {
  const bytes = ipBytes(address.address);
  return {
    what: `remove address ${address.address}/${address.prefixLength}`,
    type: RTM_DELADDR,
    body: concatBytes([header(bytes, address), attribute(IFA_LOCAL, bytes), attribute(IFA_ADDRESS, bytes)]),
    harmless: ["EADDRNOTAVAIL"],
  };
}

function header(bytes: Bytes, { link, prefixLength }: LinkAddress): Bytes {
  const header = new Uint8Array(IFADDRMSG_BYTES);
  header[0] = familyOf(bytes);
  header[1] = prefixLength;
  header[2] = IFA_F_NODAD;
  viewOf(header).setUint32(4, link, true);
  return header;
}

/** The last address of the subnet. */
function broadcastOf(bytes: Bytes, prefixLength: number): Bytes {
  const result = bytes.slice();
  const view = viewOf(result);
  // A shift by 32 is one by 0 to JavaScript.
  if (prefixLength < 32) view.setUint32(0, view.getUint32(0) | (0xffffffff >>> prefixLength));
  return result;
}

/** Of RTM_NEWADDR and RTM_DELADDR. */
export function parseAddress({ body }: NetlinkMessage): LinkAddress {
  const attributes = parseAttributes(body.subarray(IFADDRMSG_BYTES));
  // Of a point-to-point link, IFA_ADDRESS is the other end's.
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS)!;
  return { link: viewOf(body).getUint32(4, true), address: ipText(bytes), prefixLength: body[1] };
}
