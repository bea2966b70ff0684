/** The kernel's table of connections that it has seen (netfilter's conntrack, by ctnetlink). */
import { concatBytes } from "../base/concat_bytes.ts";
import { NETLINK_NETFILTER, NetlinkSocket } from "./netlink.ts";
import {
  attribute,
  type Attributes,
  type Bytes,
  nested,
  type NetlinkMessage,
  type NetlinkRequest,
  numberOf,
  parseAttributes,
  viewOf,
} from "./netlink_message.ts";
import { ipText } from "./route/ip_bytes.ts";

/** A connection; what is no TCP, UDP or SCTP has no ports, and none of these is told. */
export interface Flow {
  protocol: "tcp" | "udp" | "sctp";
  /** where its first packet was sent to */
  destination: FlowEnd;
  /** who answers: somebody else than `destination` where a published port has led it on */
  answering: FlowEnd;
}

export interface FlowEnd {
  /** in its canonical form */
  address: string;
  port: number;
}

/** include/uapi/linux/netfilter/nfnetlink.h: the subsystem, and in it the message. */
const CTNETLINK = 1 << 8;
const GET_FLOW = CTNETLINK | 1;
const DELETE_FLOW = CTNETLINK | 2;
/** struct nfgenmsg: family, version, resource. Of the family AF_UNSPEC, all are told. */
const NFGENMSG_BYTES = 4;
/** include/uapi/linux/netfilter/nfnetlink_conntrack.h */
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_ID = 12;
const CTA_ZONE = 18;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_IP_V4_SRC = 1;
const CTA_IP_V4_DST = 2;
const CTA_IP_V6_SRC = 3;
const CTA_IP_V6_DST = 4;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;

/** Of IANA. */
const PROTOCOLS = new Map([[6, "tcp" as const], [17, "udp" as const], [132, "sctp" as const]]);

/**
 * Makes the kernel forget the connections that `isUnwanted` says yes to. What comes next of them is looked up again:
 * a UDP flow, which never ends by itself, would go on to a container that has gone.
 * @returns how many there were
 * @throws SystemError; of the code EINVAL when the kernel has no ctnetlink
 */
export function deleteFlows(isUnwanted: (flow: Flow) => boolean): number {
  using socket = new NetlinkSocket(NETLINK_NETFILTER);
  const request = { what: "list connections", type: GET_FLOW, body: new Uint8Array(NFGENMSG_BYTES) };
  const deletions = socket.dump(request, (message) => {
    const attributes = parseAttributes(message.body.subarray(NFGENMSG_BYTES));
    const flow = flowOf(attributes);
    return flow && isUnwanted(flow) ? deletionOf(message, attributes) : undefined;
  });
  for (const deletion of deletions) socket.apply([deletion]);
  return deletions.length;
}

function flowOf(attributes: Attributes): Flow | undefined {
  const original = parseAttributes(attributes.get(CTA_TUPLE_ORIG));
  const transport = parseAttributes(original.get(CTA_TUPLE_PROTO));
  const protocol = PROTOCOLS.get(numberOf(transport.get(CTA_PROTO_NUM)) ?? 0);
  if (protocol === undefined) return undefined;
  const reply = parseAttributes(attributes.get(CTA_TUPLE_REPLY));
  const destination = parseAttributes(original.get(CTA_TUPLE_IP));
  const answering = parseAttributes(reply.get(CTA_TUPLE_IP));
  return {
    protocol,
    destination: {
      address: ipText((destination.get(CTA_IP_V4_DST) ?? destination.get(CTA_IP_V6_DST))!),
      port: portOf(transport.get(CTA_PROTO_DST_PORT)!),
    },
    answering: {
      address: ipText((answering.get(CTA_IP_V4_SRC) ?? answering.get(CTA_IP_V6_SRC))!),
      port: portOf(parseAttributes(reply.get(CTA_TUPLE_PROTO)).get(CTA_PROTO_SRC_PORT)!),
    },
  };
}

/** In the order of bytes of the network. */
function portOf(bytes: Bytes): number {
  return viewOf(bytes).getUint16(0);
}

function deletionOf({ body }: NetlinkMessage, flow: Attributes): NetlinkRequest {
  // The ID says that it is this very connection, and no later one between the same two.
  const key = [nested(CTA_TUPLE_ORIG, [flow.get(CTA_TUPLE_ORIG)!])];
  for (const type of [CTA_ZONE, CTA_ID]) {
    const value = flow.get(type);
    if (value) key.push(attribute(type, value));
  }
  return {
    what: "delete a connection",
    type: DELETE_FLOW,
    body: concatBytes([new Uint8Array([body[0], 0, 0, 0]), ...key]), // its family
    harmless: ["ENOENT"],
  };
}
