/** Which tables of packet rules the kernel has (nf_tables, by nfnetlink). What is in them is nft's affair. */
import { NETLINK_NETFILTER, NetlinkSocket } from "./netlink.ts";
import { type NetlinkMessage, parseAttributes, textOf } from "./netlink_message.ts";
import { type Lost, NetlinkMonitor } from "./netlink_monitor.ts";

/** `inet budgie`, as nft(8) writes it. */
export type TableName = `${"inet" | "bridge"} ${string}`;

export type TableChange = { what: "table gone"; table: TableName } | Lost;

/** include/uapi/linux/netfilter/nfnetlink.h: NFNLGRP_NFTABLES is the 7th; the subsystem, and in it the messages. */
const GROUP = 1 << 6;
const NFTABLES = 10 << 8;
const GET_TABLE = NFTABLES | 1;
const DELETE_TABLE = NFTABLES | 2;
/** struct nfgenmsg: family, version, resource. Of the family AF_UNSPEC, all are told. */
const NFGENMSG_BYTES = 4;
/** include/uapi/linux/netfilter.h */
const FAMILIES = new Map([[1, "inet" as const], [7, "bridge" as const]]);
/** include/uapi/linux/netfilter/nf_tables.h */
const NFTA_TABLE_NAME = 1;

/**
 * Those of the two families.
 * @throws SystemError when the kernel has no nf_tables
 */
export function listTables(): TableName[] {
  using socket = new NetlinkSocket(NETLINK_NETFILTER);
  const request = { what: "list tables", type: GET_TABLE, body: new Uint8Array(NFGENMSG_BYTES) };
  return socket.dump(request, nameOf);
}

/**
 * Tells of tables that are deleted, also of those that the same transaction makes again. For the network namespace
 * that it is made in; `fd` is readable (poll(2)) when anything at all has changed in the rules.
 */
export class TableMonitor extends NetlinkMonitor<Exclude<TableChange, Lost>> {
  /** @throws SystemError when the kernel has no nfnetlink */
  constructor() {
    super({ protocol: NETLINK_NETFILTER, groups: GROUP, parse: goneTable });
  }
}

function goneTable(message: NetlinkMessage): Exclude<TableChange, Lost> | undefined {
  const table = message.type === DELETE_TABLE ? nameOf(message) : undefined;
  return table && { what: "table gone", table };
}

function nameOf({ body }: NetlinkMessage): TableName | undefined {
  const family = FAMILIES.get(body[0]);
  return family && `${family} ${textOf(parseAttributes(body.subarray(NFGENMSG_BYTES)).get(NFTA_TABLE_NAME))}`;
}
