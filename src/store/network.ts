/** What is remembered of networks, and of containers in them. */

/** The network of containers that name none. */
export const DEFAULT_NETWORK = "budgie0";

/** A range of addresses of a network; all in CIDR notation or plain, in the shortest form of RFC 5952 for IPv6. */
export interface SubnetRecord {
  subnet: string;
  /** of the containers; on a bridge it is the host's own address there. undefined: none, on a macvlan or ipvlan */
  gateway?: string;
  /** the part of the subnet that addresses are given from; undefined: all of it */
  ipRange?: string;
}

/** One network in state.json. */
export interface NetworkRecord {
  /** 64 hex digits */
  id: string;
  name: string;
  /** RFC 3339, UTC */
  createdAt: string;
  driver: "bridge" | "macvlan" | "ipvlan";
  /** one at least; of both families perhaps */
  subnets: SubnetRecord[];
  /** no way out: neither to other networks nor to the LAN */
  internal: boolean;
  /** its containers do not reach each other either */
  isolate: boolean;
  labels: Record<string, string>;
  /** bytes; undefined: the kernel's default */
  mtu?: number;
  /** the host's interface that a macvlan or ipvlan lies on */
  parent?: string;
  /** the name of its bridge on the host, of at most 15 characters (IFNAMSIZ); undefined: a macvlan or ipvlan */
  bridge?: string;
}

/** A network that a container was asked to be in. */
export interface NetworkOption {
  /** of the network; its ID or the beginning of that will do as well */
  name: string;
  /** fixed addresses, at most one of each family */
  addresses: string[];
  /** fixed; lower case, with colons */
  macAddress?: string;
  /** further names of the container in this network */
  aliases: string[];
}

/**
 * A container in a network, with the addresses that it has for as long as it is in it: they are free again when the
 * container, or this, is removed from the state, and nothing else has to be.
 */
export interface Endpoint {
  /** ID of the network */
  network: string;
  /** one of each subnet, without the prefix length */
  addresses: string[];
  /** lower case, with colons; "" on an ipvlan, where the interface has its parent's */
  macAddress: string;
  aliases: string[];
  /** the interface's name in the container: eth0, eth1 … */
  interface: string;
}

export type Protocol = "tcp" | "udp" | "sctp";

/** Who may connect to a published port: this host alone, or whoever reaches the host. */
export type Reach = "host" | "lan";

/** A port that a container was asked to publish. */
export interface PortOption {
  containerPort: number;
  protocol: Protocol;
  /** undefined: a free one is chosen at each start */
  hostPort?: { from: number; to: number };
  /** an address of the host; undefined: all of them */
  hostIp?: string;
  reach: Reach;
}

/** A published port as it was settled at the last start. */
export interface PublishedPort {
  containerPort: number;
  protocol: Protocol;
  hostPort: number;
  hostIp?: string;
  reach: Reach;
}

/** How connections are spread over the containers that publish a port together. */
export interface BalanceOption {
  /** the name that they have in common */
  group: string;
  /** source: connections of one address go to one container */
  method: "round-robin" | "source";
}
