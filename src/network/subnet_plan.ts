/** The subnets of a new network: those that the user named, checked, and those that were chosen for him. */
import { BudgieError, UsageError } from "../base/errors.ts";
import { formatIpAddress, type IpAddress, parseIpAddress } from "../base/ip_address.ts";
import {
  contains,
  formatSubnet,
  isWithin,
  lastOf,
  overlaps,
  parseSubnet,
  readCidr,
  type Subnet,
} from "../base/subnet.ts";
import type { SubnetPool } from "../base/subnet_pool.ts";
import type { SubnetRecord } from "../store/network.ts";
import { freeSubnet, uniqueLocalSubnet } from "./free_subnet.ts";

/** As on the command line: which belongs to which is seen from the addresses. */
export interface WantedSubnets {
  subnets: string[];
  gateways: string[];
  ipRanges: string[];
  /** choose an IPv6 subnet where none is named */
  ipv6: boolean;
}

/** A range of addresses that is in use. */
export interface TakenSubnet {
  subnet: Subnet;
  /** in the words of an error: "the network 'front' has 172.21.0.0/16" */
  why: string;
}

/** What a new network meets. */
export interface Surroundings {
  /** what none of its subnets may overlap with */
  taken: readonly TakenSubnet[];
  /** where a subnet is chosen from when none is named */
  pools: readonly SubnetPool[];
}

/**
 * The records in the order of the flags; a network always has IPv4, as docker's, and without a gateway that is named,
 * that is the first address of the subnet.
 * @throws UsageError; BudgieError for an overlap, or when no subnet is free
 */
export function planSubnets(wanted: WantedSubnets, surroundings: Surroundings): SubnetRecord[] {
  const { taken } = surroundings;
  const named = wanted.subnets.map((text) => checkSubnet(text, taken));
  checkApart(named);
  const subnets = completed(named, wanted.ipv6, surroundings);
  const gateways = wanted.gateways.map((text) => placeGateway(text, subnets));
  const ranges = wanted.ipRanges.map((text) => placeRange(text, subnets));
  checkOnePerSubnet("gateway", gateways);
  checkOnePerSubnet("range", ranges);
  return subnets.map((subnet) => {
    const gateway = gateways.find((placed) => placed.subnet === subnet)?.value;
    const ipRange = ranges.find((placed) => placed.subnet === subnet)?.value;
    return {
      subnet: formatSubnet(subnet),
      gateway: gateway ?? formatIpAddress(next(subnet.first)),
      ipRange,
    };
  });
}

function checkSubnet(text: string, taken: readonly TakenSubnet[]): Subnet {
  const subnet = parseSubnet(text);
  const conflict = taken.find((other) => overlaps(other.subnet, subnet));
  if (!conflict) return subnet;
  throw new BudgieError(`Cannot use the subnet '${text}': ${conflict.why}`, {
    hint: "Choose another one, or leave --subnet out: a free one is found then",
  });
}

function checkApart(subnets: readonly Subnet[]): void {
  for (const [index, subnet] of subnets.entries()) {
    const other = subnets.slice(0, index).find((other) => overlaps(other, subnet));
    if (!other) continue;
    throw new UsageError(
      `Cannot use the subnet '${formatSubnet(subnet)}': it overlaps with ${
        formatSubnet(other)
      }, which is given too`,
    );
  }
}

function completed(named: Subnet[], ipv6: boolean, { taken, pools }: Surroundings): Subnet[] {
  const has = (family: IpAddress["family"]) => named.some(({ first }) => first.family === family);
  return [
    ...(has(4) ? [] : [freeSubnet(pools, taken.map(({ subnet }) => subnet))]),
    ...named,
    ...(has(6) || !ipv6 ? [] : [uniqueLocalSubnet()]),
  ];
}

/** What was given for one of the subnets, in its canonical form. */
interface Placed {
  subnet: Subnet;
  value: string;
}

function placeGateway(text: string, subnets: readonly Subnet[]): Placed {
  const refuse = (reason: string) => new UsageError(`Cannot use the gateway '${text}': ${reason}`);
  const address = parseIpAddress(text);
  if (!address) throw refuse("it is not an IP address");
  const subnet = subnets.find((subnet) => contains(subnet, address));
  if (!subnet) throw refuse(`it is not in ${listed(subnets)}`);
  const isFirst = address.value === subnet.first.value;
  const isBroadcast = address.family === 4 && address.value === lastOf(subnet).value;
  if (isFirst || isBroadcast) throw refuse(`it stands for all of ${formatSubnet(subnet)}`);
  return { subnet, value: formatIpAddress(address) };
}

function placeRange(text: string, subnets: readonly Subnet[]): Placed {
  const range = readCidr("range", text);
  const subnet = subnets.find((subnet) => isWithin(range, subnet));
  if (!subnet) throw new UsageError(`Cannot use the range '${text}': it is not in ${listed(subnets)}`);
  return { subnet, value: formatSubnet(range) };
}

function checkOnePerSubnet(kind: string, placed: readonly Placed[]): void {
  for (const [index, { subnet, value }] of placed.entries()) {
    const other = placed.slice(0, index).find((other) => other.subnet === subnet);
    if (!other) continue;
    throw new UsageError(
      `Cannot use the ${kind} '${value}': ${other.value} is given for ${formatSubnet(subnet)} too`,
    );
  }
}

function listed(subnets: readonly Subnet[]): string {
  return `the network's ${subnets.length > 1 ? "subnets" : "subnet"} ${
    subnets.map(formatSubnet).join(" and ")
  }`;
}

function next(address: IpAddress): IpAddress {
  return { ...address, value: address.value + 1n };
}
