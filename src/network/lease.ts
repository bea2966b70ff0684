/**
 * Addresses of a container in a network. Whoever calls this has the state to himself: an address is free when no
 * endpoint in the state has it, so it is given once, and given back by removing the endpoint.
 */
import { BudgieError, UsageError } from "../base/errors.ts";
import { compareIpAddresses, formatIpAddress, type IpAddress, parseIpAddress } from "../base/ip_address.ts";
import { contains, lastOf, parseCidr, type Subnet } from "../base/subnet.ts";
import type { Endpoint, NetworkOption, NetworkRecord, SubnetRecord } from "../store/network.ts";
import { macAddressFor, parseMacAddress } from "./mac_address.ts";

/** A container that is in the network already. */
export interface Tenant {
  name: string;
  endpoint: Endpoint;
}

export type Lease = Pick<Endpoint, "addresses" | "macAddress">;

/**
 * An address of each of the network's subnets: the one that is asked for, or else the lowest that is free.
 * @throws UsageError for an address that nobody can have; BudgieError when it is taken, or none is free
 */
export function leaseAddresses(
  network: NetworkRecord,
  tenants: readonly Tenant[],
  wanted: Pick<NetworkOption, "addresses" | "macAddress">,
): Lease {
  const holders = new Map(
    tenants.flatMap(({ name, endpoint }) => endpoint.addresses.map((address) => [address, name])),
  );
  const fixed = wanted.addresses.map((text) => checkFixed(network, holders, text));
  const addresses = network.subnets.map((record) => {
    const [own, ...more] = fixed.filter((address) => contains(parseCidr(record.subnet)!, address));
    if (more.length > 0) {
      throw new UsageError(
        `Cannot use the addresses ${wanted.addresses.join(" and ")}: both are in ${record.subnet}`,
      );
    }
    return own ?? lowestFree(network, record, holders);
  });
  return {
    addresses: addresses.map(formatIpAddress),
    macAddress: macAddress(network, tenants, { wanted: wanted.macAddress, address: addresses[0] }),
  };
}

function checkFixed(network: NetworkRecord, holders: ReadonlyMap<string, string>, text: string): IpAddress {
  const refuse = (reason: string, hint?: string) =>
    new UsageError(`Cannot use the address '${text}' in the network '${network.name}': ${reason}`, { hint });
  const address = parseIpAddress(text);
  if (!address) throw refuse("it is not an IP address");
  const record = network.subnets.find(({ subnet }) => contains(parseCidr(subnet)!, address));
  if (!record) {
    const all = network.subnets.map(({ subnet }) => subnet).join(" and ");
    throw refuse("it is not in its subnet", `Choose one of ${all}`);
  }
  const canonical = formatIpAddress(address);
  if (canonical === record.gateway) throw refuse("it is the gateway's");
  if (reservedOf(record).has(canonical)) throw refuse(`it stands for all of ${record.subnet}`);
  const holder = holders.get(canonical);
  if (holder !== undefined) {
    throw new BudgieError(
      `Cannot use the address '${text}' in the network '${network.name}': container '${holder}' has it`,
      { hint: `Choose another one, or remove '${holder}'` },
    );
  }
  return address;
}

function lowestFree(
  network: NetworkRecord,
  record: SubnetRecord,
  holders: ReadonlyMap<string, string>,
): IpAddress {
  const reserved = reservedOf(record);
  const range = parseCidr(record.ipRange ?? record.subnet)!;
  let count = 0;
  for (const address of addressesOf(range)) {
    const text = formatIpAddress(address);
    if (reserved.has(text)) continue;
    if (!holders.has(text)) return address;
    count++;
  }
  const where = record.ipRange ? `the range ${record.ipRange}` : record.subnet;
  throw new BudgieError(
    `Cannot give a container an address in the network '${network.name}': all ${count} of ${where} are taken`,
    {
      hint: `'budgie network inspect ${network.name}' shows who has them; ` +
        "remove a container, or make a network with a larger subnet",
    },
  );
}

function* addressesOf(range: Subnet): Generator<IpAddress> {
  const last = lastOf(range);
  for (let address = range.first; compareIpAddresses(address, last) <= 0;) {
    yield address;
    address = { ...address, value: address.value + 1n };
  }
}

/** What no container can have: the network's own address, IPv4's for broadcasts, and the gateway's. */
function reservedOf(record: SubnetRecord): Set<string> {
  const subnet = parseCidr(record.subnet)!;
  const broadcast = subnet.first.family === 4 ? [formatIpAddress(lastOf(subnet))] : [];
  const gateway = record.gateway ? [record.gateway] : [];
  return new Set([formatIpAddress(subnet.first), ...broadcast, ...gateway]);
}

function macAddress(
  network: NetworkRecord,
  tenants: readonly Tenant[],
  { wanted, address }: { wanted: string | undefined; address: IpAddress },
): string {
  const holderOf = (mac: string) => tenants.find(({ endpoint }) => endpoint.macAddress === mac);
  if (network.driver === "ipvlan") {
    if (wanted === undefined) return ""; // its interfaces have their parent's
    throw new UsageError(
      `Cannot use the MAC address '${wanted}': all interfaces of the ipvlan '${network.name}' have that of '${network.parent}'`,
    );
  }
  if (wanted === undefined) return macAddressFor(address, (mac) => holderOf(mac) !== undefined);
  const parsed = parseMacAddress(wanted);
  const holder = holderOf(parsed);
  if (holder) {
    throw new BudgieError(
      `Cannot use the MAC address '${wanted}' in the network '${network.name}': container '${holder.name}' has it`,
      { hint: `Choose another one, or remove '${holder.name}'` },
    );
  }
  return parsed;
}
