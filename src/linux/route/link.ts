/** Network interfaces, which the kernel calls links (rtnetlink(7)). */
import { concatBytes } from "../../base/concat_bytes.ts";
import type { Descriptor } from "../file.ts";
import { NetlinkError, type NetlinkSocket, NLM_F_CREATE, NLM_F_EXCL } from "../netlink.ts";
import {
  attribute,
  type Attributes,
  attributeU16,
  attributeU32,
  attributeU8,
  type Bytes,
  nested,
  type NetlinkMessage,
  type NetlinkRequest,
  numberOf,
  parseAttributes,
  textOf,
  viewOf,
} from "../netlink_message.ts";

/** What the kernel knows of a link. */
export interface Link {
  index: number;
  name: string;
  /** veth, bridge, macvlan, tun …; undefined: a device of hardware, or loopback */
  kind?: string;
  up: boolean;
  /** bytes */
  mtu: number;
  /** lower case, with colons; undefined: it has none */
  macAddress?: string;
  alias?: string;
  /** index of the bridge that it is a port of */
  master?: number;
  /** index of what it lies on, or of a veth's other end: in another namespace perhaps */
  parent?: number;
  /** of a bridge's port: a frame may go out where it came in */
  hairpin: boolean;
  /** of a bridge's port: no frames from and to other isolated ones */
  isolated: boolean;
}

/** include/uapi/linux/rtnetlink.h */
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
const RTM_GETLINK = 18;

/** include/uapi/linux/if_link.h */
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_IFALIAS = 20;
const IFLA_NET_NS_FD = 28;
const IFLA_EXT_MASK = 29;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_INFO_SLAVE_KIND = 4;
const IFLA_INFO_SLAVE_DATA = 5;
const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_ISOLATED = 33;
const IFLA_MACVLAN_MODE = 1;
const MACVLAN_MODE_PRIVATE = 1;
const MACVLAN_MODE_BRIDGE = 4;
const IFLA_IPVLAN_MODE = 1;
const IFLA_IPVLAN_FLAGS = 2;
const IPVLAN_MODE_L2 = 0;
const IPVLAN_F_PRIVATE = 1;
/** include/uapi/linux/veth.h */
const VETH_INFO_PEER = 1;
/** counters, which are most of an answer, are left out */
const RTEXT_FILTER_SKIP_STATS = 1 << 3;

/** struct ifinfomsg: family, type, index, flags, and which flags to change. */
const IFINFOMSG_BYTES = 16;
const IFF_UP = 1;

export function listLinks(socket: NetlinkSocket): Link[] {
  const body = concatBytes([header(), attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)]);
  return socket.dump({ what: "list links", type: RTM_GETLINK, body }, parseLink);
}

/** By name or index; undefined when there is none. */
export function findLink(socket: NetlinkSocket, key: string | number): Link | undefined {
  const named = typeof key === "string";
  const body = concatBytes([
    header(named ? {} : { index: key }),
    ...(named ? [attribute(IFLA_IFNAME, key)] : []),
    attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
  ]);
  try {
    return parseLink(socket.get({ what: `find link '${key}'`, type: RTM_GETLINK, body }));
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

/** A bridge that is down. Its MAC is set, or it would change with every port that comes and goes. */
export function makeBridge({ name, macAddress }: { name: string; macAddress: string }): NetlinkRequest {
  return makeLink(name, { kind: "bridge", attributes: [attribute(IFLA_ADDRESS, macBytes(macAddress))] });
}

/** An interface that is to be inside another network namespace. */
export interface InnerLink {
  namespace: Descriptor;
  name: string;
  macAddress: string;
  /** bytes; undefined: the kernel's default */
  mtu?: number;
}

/** Both ends of a veth, one of them inside of another namespace, and the other one a port of a bridge. Both are down. */
export function makeVeth(
  name: string,
  { master, inner }: { master: number; inner: InnerLink },
): NetlinkRequest {
  const peer = attribute(VETH_INFO_PEER, concatBytes([header(), ...innerAttributes(inner)]));
  return makeLink(name, {
    kind: "veth",
    data: [peer],
    attributes: [attributeU32(IFLA_MASTER, master), ...mtuAttribute(inner.mtu)],
  });
}

/** A macvlan in another namespace, which is on the network of its parent with a MAC of its own. */
export function makeMacvlan(
  { parent, isolated, inner }: { parent: number; isolated: boolean; inner: InnerLink },
): NetlinkRequest {
  return makeLink(inner.name, {
    kind: "macvlan",
    data: [attributeU32(IFLA_MACVLAN_MODE, isolated ? MACVLAN_MODE_PRIVATE : MACVLAN_MODE_BRIDGE)],
    attributes: [attributeU32(IFLA_LINK, parent), ...innerAttributes(inner)],
  });
}

/** An ipvlan in another namespace, which is on the network of its parent with the parent's MAC. */
export function makeIpvlan(
  { parent, isolated, inner }: { parent: number; isolated: boolean; inner: Omit<InnerLink, "macAddress"> },
): NetlinkRequest {
  return makeLink(inner.name, {
    kind: "ipvlan",
    data: [
      attributeU16(IFLA_IPVLAN_MODE, IPVLAN_MODE_L2),
      attributeU16(IFLA_IPVLAN_FLAGS, isolated ? IPVLAN_F_PRIVATE : 0),
    ],
    attributes: [attributeU32(IFLA_LINK, parent), ...innerAttributes(inner)],
  });
}

/** Sets what is given, and leaves the rest as it is. */
export function changeLink(
  name: string,
  change: { up?: boolean; master?: number; alias?: string; macAddress?: string; mtu?: number },
): NetlinkRequest {
  const attributes = [attribute(IFLA_IFNAME, name)];
  if (change.master !== undefined) attributes.push(attributeU32(IFLA_MASTER, change.master));
  if (change.alias !== undefined) attributes.push(attribute(IFLA_IFALIAS, change.alias));
  if (change.macAddress !== undefined) attributes.push(attribute(IFLA_ADDRESS, macBytes(change.macAddress)));
  attributes.push(...mtuAttribute(change.mtu));
  const body = concatBytes([header({ up: change.up }), ...attributes]);
  return { what: `change link '${name}'`, type: RTM_NEWLINK, body };
}

/** Sets the flags of a bridge's port. */
export function changePort(
  name: string,
  { hairpin, isolated }: { hairpin: boolean; isolated: boolean },
): NetlinkRequest {
  const info = nested(IFLA_LINKINFO, [
    attribute(IFLA_INFO_SLAVE_KIND, "bridge"),
    nested(IFLA_INFO_SLAVE_DATA, [
      attributeU8(IFLA_BRPORT_MODE, Number(hairpin)),
      attributeU8(IFLA_BRPORT_ISOLATED, Number(isolated)),
    ]),
  ]);
  const body = concatBytes([header(), attribute(IFLA_IFNAME, name), info]);
  return { what: `change bridge port '${name}'`, type: RTM_NEWLINK, body };
}

/** Deletes it, and a veth's other end with it; removing what is already gone is success. */
export function deleteLink(name: string): NetlinkRequest {
  const body = concatBytes([header(), attribute(IFLA_IFNAME, name)]);
  return { what: `delete link '${name}'`, type: RTM_DELLINK, body, harmless: ["ENODEV"] };
}

function makeLink(
  name: string,
  { kind, data = [], attributes }: { kind: string; data?: Bytes[]; attributes: Bytes[] },
): NetlinkRequest {
  const info = nested(IFLA_LINKINFO, [attribute(IFLA_INFO_KIND, kind), nested(IFLA_INFO_DATA, data)]);
  return {
    what: `make ${kind} '${name}'`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: concatBytes([header(), attribute(IFLA_IFNAME, name), ...attributes, info]),
  };
}

function innerAttributes(
  { namespace, name, macAddress, mtu }: Partial<InnerLink> & Pick<InnerLink, "namespace" | "name">,
): Bytes[] {
  return [
    attribute(IFLA_IFNAME, name),
    attributeU32(IFLA_NET_NS_FD, namespace.fd),
    ...(macAddress === undefined ? [] : [attribute(IFLA_ADDRESS, macBytes(macAddress))]),
    ...mtuAttribute(mtu),
  ];
}

function mtuAttribute(mtu: number | undefined): Bytes[] {
  return mtu === undefined ? [] : [attributeU32(IFLA_MTU, mtu)];
}

/** @param index 0: an attribute names it. @param up undefined: as it is */
function header({ index = 0, up }: { index?: number; up?: boolean } = {}): Bytes {
  const bytes = new Uint8Array(IFINFOMSG_BYTES);
  const view = viewOf(bytes);
  view.setInt32(4, index, true);
  view.setUint32(8, up ? IFF_UP : 0, true);
  view.setUint32(12, up === undefined ? 0 : IFF_UP, true);
  return bytes;
}

/** Of RTM_NEWLINK and RTM_DELLINK. */
export function parseLink({ body }: NetlinkMessage): Link {
  const view = viewOf(body);
  const attributes = parseAttributes(body.subarray(IFINFOMSG_BYTES));
  const info = parseAttributes(attributes.get(IFLA_LINKINFO));
  const port = portOf(info);
  return {
    index: view.getInt32(4, true),
    name: textOf(attributes.get(IFLA_IFNAME))!,
    kind: textOf(info.get(IFLA_INFO_KIND)),
    up: (view.getUint32(8, true) & IFF_UP) !== 0,
    mtu: numberOf(attributes.get(IFLA_MTU))!,
    macAddress: macText(attributes.get(IFLA_ADDRESS)),
    alias: textOf(attributes.get(IFLA_IFALIAS)),
    master: numberOf(attributes.get(IFLA_MASTER)),
    parent: numberOf(attributes.get(IFLA_LINK)),
    hairpin: numberOf(port.get(IFLA_BRPORT_MODE)) === 1,
    isolated: numberOf(port.get(IFLA_BRPORT_ISOLATED)) === 1,
  };
}

function portOf(info: Attributes): Attributes {
  const isPort = textOf(info.get(IFLA_INFO_SLAVE_KIND)) === "bridge";
  return parseAttributes(isPort ? info.get(IFLA_INFO_SLAVE_DATA) : undefined);
}

function macBytes(text: string): Bytes {
  return new Uint8Array(text.split(":").map((byte) => parseInt(byte, 16)));
}

function macText(bytes: Bytes | undefined): string | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
