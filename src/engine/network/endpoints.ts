/** Containers in networks, as the state remembers them: to be called in the transaction that changes it. */
import { BudgieError, UsageError } from "../../base/errors.ts";
import { leaseAddresses, type Tenant } from "../../network/lease.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { Endpoint, NetworkOption, NetworkRecord } from "../../store/network.ts";
import type { State } from "../../store/state.ts";
import { defaultNetwork, type NetworkHost } from "./default_network.ts";
import { findNetwork, isDefaultName } from "./find_network.ts";

/**
 * The endpoints of a new container, in the order of `options`: its addresses are its own once its record is in the
 * state, and free again when that is removed.
 * @throws NotFoundError, UsageError, BudgieError: no such network, or an address that can't be had
 */
export function assignEndpoints(
  state: State,
  options: readonly NetworkOption[],
  host: NetworkHost,
): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const option of options) {
    const network = networkFor(state, option.name, host);
    if (isIn({ endpoints }, network)) {
      throw new UsageError(`Cannot connect a container to the network '${network.name}' twice`);
    }
    endpoints.push(makeEndpoint(state, network, { option, others: endpoints }));
  }
  return endpoints;
}

/** The network of an option; the default one is made where it is the first time that it is asked for. */
export function networkFor(state: State, name: string, host: NetworkHost): NetworkRecord {
  return isDefaultName(name) ? defaultNetwork(state, host) : findNetwork(state, name);
}

/** Connects a container of the state. @throws as assignEndpoints() */
export function addEndpoint(
  state: State,
  record: ContainerRecord,
  { network, option }: { network: NetworkRecord; option: NetworkOption },
): Endpoint {
  checkOwnNetwork(record);
  if (isIn(record, network)) {
    throw new BudgieError(
      `Cannot connect '${record.name}' to the network '${network.name}': it is in it already`,
    );
  }
  const endpoint = makeEndpoint(state, network, { option, others: record.endpoints });
  record.endpoints.push(endpoint);
  return endpoint;
}

/** Whether a container is in a network. */
export function isIn({ endpoints }: Pick<ContainerRecord, "endpoints">, { id }: NetworkRecord): boolean {
  return endpoints.some(({ network }) => network === id);
}

/** Disconnects a container of the state. @throws BudgieError when it is not in the network */
export function removeEndpoint(record: ContainerRecord, network: NetworkRecord): Endpoint {
  const index = record.endpoints.findIndex((endpoint) => endpoint.network === network.id);
  if (index === -1) {
    throw new BudgieError(
      `Cannot disconnect '${record.name}' from the network '${network.name}': it is not in it`,
    );
  }
  return record.endpoints.splice(index, 1)[0];
}

/** The containers of a network, in the order in which they were created. */
export function tenantsOf(state: State, network: NetworkRecord): (Tenant & { record: ContainerRecord })[] {
  return Object.values(state.containers).flatMap((record) =>
    record.endpoints.filter((endpoint) => endpoint.network === network.id)
      .map((endpoint) => ({ name: record.name, endpoint, record }))
  );
}

function makeEndpoint(
  state: State,
  network: NetworkRecord,
  { option, others }: { option: NetworkOption; others: readonly Endpoint[] },
): Endpoint {
  return {
    network: network.id,
    ...leaseAddresses(network, tenantsOf(state, network), option),
    aliases: [...option.aliases],
    interface: freeInterface(others),
  };
}

function freeInterface(others: readonly Endpoint[]): string {
  let index = 0;
  while (others.some((endpoint) => endpoint.interface === `eth${index}`)) index++;
  return `eth${index}`;
}

function checkOwnNetwork({ name, options }: ContainerRecord): void {
  const reasons: Partial<Record<typeof options.network, string>> = {
    none: "it was created with --network none",
    host: "it has the host's",
    container: "it shares that of another container",
  };
  const reason = reasons[options.network];
  if (reason) throw new BudgieError(`Cannot connect '${name}' to a network: ${reason}`);
}
