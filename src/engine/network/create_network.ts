/** `network create`: a name, a range of addresses, and rules; what the kernel knows of it comes with its first container. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { planSubnets, type WantedSubnets } from "../../network/subnet_plan.ts";
import { recordNetworkEvent } from "../../store/events.ts";
import type { NetworkRecord } from "../../store/network.ts";
import { type State, transaction } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { checkName } from "../name.ts";
import { randomId } from "../random_id.ts";
import {
  bridgeName,
  defaultNetwork,
  type NetworkHost,
  subnetPools,
  takenByNetworks,
} from "./default_network.ts";
import { isDefaultName, networkNamed } from "./find_network.ts";

export interface NetworkOptions extends WantedSubnets {
  driver: NetworkRecord["driver"];
  internal: boolean;
  isolate: boolean;
  labels: Record<string, string>;
  /** bytes */
  mtu?: number;
  /** the host's interface that a macvlan or ipvlan lies on */
  parent?: string;
}

/** Of a packet (RFC 791; RFC 8200 §5). */
const MINIMUM_MTU = { ipv4: 68, ipv6: 1280 };
/** IPv4's length of a packet has 16 bits. */
const MAXIMUM_MTU = 65_535;

/**
 * Its record; in the state when this returns.
 * @throws UsageError for words that make no network; BudgieError when the name or the subnet is taken
 */
export function createNetwork(
  engine: Engine,
  name: string,
  { options, host }: { options: NetworkOptions; host: NetworkHost },
): NetworkRecord {
  checkNetworkName(name);
  checkDriver(options, host);
  const record = transaction(engine.paths, (state) => {
    const holder = networkNamed(state, name);
    if (holder) {
      throw new BudgieError(`Cannot make the network '${name}': ${holder.id.slice(0, 12)} has that name`, {
        hint: `Remove that one with 'budgie network rm ${name}', or choose another name`,
      });
    }
    defaultNetwork(state, host); // first, so that it gets its subnet
    const record = networkRecord(state, name, { options, host });
    state.networks[record.id] = record;
    return record;
  });
  recordNetworkEvent(engine.paths, record, "create");
  return record;
}

function checkNetworkName(name: string): void {
  checkName(name, "network");
  if (isDefaultName(name) || name === "host" || name === "none") {
    throw new UsageError(`Cannot name a network '${name}': that one is always there`);
  }
}

function checkDriver({ driver, parent, internal, isolate }: NetworkOptions, host: NetworkHost): void {
  if (driver === "bridge") {
    if (parent !== undefined) {
      throw new UsageError(`Cannot use the parent '${parent}': a bridge has none`, {
        hint: "Say --driver macvlan or --driver ipvlan",
      });
    }
    return;
  }
  if (parent === undefined) {
    throw new UsageError(
      `Cannot make a network with the driver ${driver}: it needs an interface of the host`,
      { hint: "Name it, as --parent eth0" },
    );
  }
  if (!host.hasInterface(parent)) {
    throw new BudgieError(`Cannot use the parent '${parent}': the host has no interface of that name`, {
      hint: "'ip link' shows those that there are",
    });
  }
  const flag = internal ? "--internal" : isolate ? "--isolate" : undefined;
  if (flag) {
    throw new UsageError(
      `Cannot use ${flag} with the driver ${driver}: its containers are in the LAN of '${parent}'`,
    );
  }
}

function networkRecord(
  state: State,
  name: string,
  { options, host }: { options: NetworkOptions; host: NetworkHost },
): NetworkRecord {
  const { driver, internal, isolate, labels, mtu, parent } = options;
  const id = randomId();
  // A macvlan or ipvlan is part of a LAN that the host is in.
  const isPartOfLan = driver !== "bridge" && options.subnets.length > 0;
  const subnets = planSubnets(options, {
    taken: [...takenByNetworks(state), ...isPartOfLan ? [] : host.routes()],
    pools: subnetPools(host),
  });
  checkMtu(mtu, subnets);
  return {
    id,
    name,
    createdAt: new Date().toISOString(),
    driver,
    subnets,
    internal,
    isolate,
    labels,
    mtu,
    parent,
    bridge: driver === "bridge" ? bridgeName(id) : undefined,
  };
}

function checkMtu(mtu: number | undefined, subnets: NetworkRecord["subnets"]): void {
  const [family, minimum] = subnets.some(({ subnet }) => subnet.includes(":"))
    ? ["with IPv6", MINIMUM_MTU.ipv6]
    : ["with IPv4", MINIMUM_MTU.ipv4];
  if (mtu === undefined || (mtu >= minimum && mtu <= MAXIMUM_MTU)) return;
  throw new UsageError(`Cannot use the MTU ${mtu}: ${family}, it is from ${minimum} to ${MAXIMUM_MTU}`);
}
