/** What the packet rules are made of: the part of the state that decides which packets pass, as plain data. */
import type { BalanceOption, Protocol, Reach } from "../store/network.ts";

/** Everything that the rules of one data directory have to know. */
export interface Rules {
  networks: readonly NetworkRules[];
  endpoints: readonly EndpointRules[];
  ports: readonly PortRules[];
}

/** A network with a bridge. */
export interface NetworkRules {
  /** name of the bridge's interface */
  bridge: string;
  /** in CIDR notation; the gateway is the host's own address there */
  subnets: readonly { subnet: string; gateway?: string }[];
  internal: boolean;
  /** whether its containers are kept from each other: by the bridge, and here where the host would pass packets on */
  isolate: boolean;
}

/** A container on a bridge. */
export interface EndpointRules {
  /** the host's side of its veth */
  veth: string;
  bridge: string;
  /** lower case, with colons */
  macAddress: string;
  addresses: readonly string[];
  /** whether it reaches the host's own services, and not DNS alone */
  allowHost: boolean;
}

/** A published port of the host. */
export interface PortRules {
  protocol: Protocol;
  /** undefined: all of the host's addresses; `0.0.0.0` and `::`: all of that family */
  hostIp?: string;
  hostPort: number;
  reach: Reach;
  /** one of each family at most, unless it is balanced */
  targets: readonly PortTarget[];
  /** how connections are spread over many targets */
  balance?: BalanceOption["method"];
}

export interface PortTarget {
  address: string;
  port: number;
}
