/** The network of containers that name none: its record is made by whoever needs it first. */
import { UsageError } from "../../base/errors.ts";
import { splitList } from "../../base/split_list.ts";
import { formatSubnet, overlaps, parseSubnet, type Subnet } from "../../base/subnet.ts";
import { DEFAULT_POOLS, parseSubnetPool, type SubnetPool } from "../../base/subnet_pool.ts";
import { firstPiece } from "../../network/free_subnet.ts";
import { planSubnets, type TakenSubnet } from "../../network/subnet_plan.ts";
import { DEFAULT_NETWORK, type NetworkRecord } from "../../store/network.ts";
import type { State } from "../../store/state.ts";
import { randomId } from "../random_id.ts";
import { networkNamed } from "./find_network.ts";

/** What new networks depend on beside the state. */
export interface NetworkHost {
  /** where the host sends packets already; asked for only when a subnet is chosen or checked */
  routes(): TakenSubnet[];
  hasInterface(name: string): boolean;
  env: { get(name: string): string | undefined };
  /** is told what could not be had as it was asked for */
  onWarning(message: string): void;
}

/**
 * The default network; in the state from now on.
 * @throws UsageError for a setting that makes no subnet; BudgieError when no subnet is free
 */
export function defaultNetwork(state: State, host: NetworkHost): NetworkRecord {
  const known = networkNamed(state, DEFAULT_NETWORK);
  if (known) return known;
  const id = randomId();
  const record: NetworkRecord = {
    id,
    name: DEFAULT_NETWORK,
    createdAt: new Date().toISOString(),
    driver: "bridge",
    subnets: defaultSubnets(state, host),
    internal: false,
    isolate: false,
    labels: {},
    // Another data directory may have one of that name.
    bridge: host.hasInterface(DEFAULT_NETWORK) ? bridgeName(id) : DEFAULT_NETWORK,
  };
  state.networks[id] = record;
  return record;
}

function defaultSubnets(state: State, host: NetworkHost): NetworkRecord["subnets"] {
  const pools = subnetPools(host);
  const wanted = wantedSubnet(host) ?? firstPiece(pools[0]);
  const taken = [...takenByNetworks(state), ...host.routes()];
  const conflict = taken.find(({ subnet }) => overlaps(subnet, wanted));
  const subnets = conflict ? [] : [formatSubnet(wanted)];
  const records = planSubnets({ subnets, gateways: [], ipRanges: [], ipv6: false }, { taken, pools });
  if (conflict) {
    host.onWarning(
      `the default network has the subnet ${records[0].subnet} instead of ${
        formatSubnet(wanted)
      }, because ${conflict.why}`,
    );
  }
  return records;
}

function wantedSubnet({ env }: NetworkHost): Subnet | undefined {
  const text = env.get("BUDGIE_NETWORK_SUBNET");
  return text ? ofVariable("BUDGIE_NETWORK_SUBNET", () => parseSubnet(text)) : undefined;
}

/** What new networks get their subnets from: BUDGIE_NETWORK_POOL (`10.200.0.0/16:24,10.77.0.0/16`). @throws UsageError */
export function subnetPools({ env }: Pick<NetworkHost, "env">): SubnetPool[] {
  const texts = splitList(env.get("BUDGIE_NETWORK_POOL"), ",");
  return ofVariable(
    "BUDGIE_NETWORK_POOL",
    () => (texts.length > 0 ? texts : DEFAULT_POOLS).map(parseSubnetPool),
  );
}

function ofVariable<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message} (${name})`, { hint: error.hint, cause: error });
  }
}

/** IFNAMSIZ is 16 with the final NUL: what follows `bud` still tells networks apart. */
const BRIDGE_ID_DIGITS = 12;

/** The interface on the host. */
export function bridgeName(networkId: string): string {
  return `bud${networkId.slice(0, BRIDGE_ID_DIGITS)}`;
}

/** The subnets of all networks. */
export function takenByNetworks(state: State): TakenSubnet[] {
  return Object.values(state.networks).flatMap(({ name, subnets }) =>
    subnets.map(({ subnet }) => ({ subnet: parseSubnet(subnet), why: `the network '${name}' has ${subnet}` }))
  );
}
