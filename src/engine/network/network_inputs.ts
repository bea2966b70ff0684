/** What a container's networks mean for its bundle, and for the files in it that tell names. */
import { BudgieError } from "../../base/errors.ts";
import type { BundleInputs } from "../../bundle/bundle.ts";
import { type ContainerNetwork, hostnameOf, writeNetworkFiles } from "../../bundle/network_files.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { StorePaths } from "../../store/paths.ts";
import { readState, type State } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import { connectedContainers, nameServers } from "./connected.ts";
import { peersOf, silentNetworksOf } from "./peers.ts";

/** As of now. */
export function networkInputs(
  paths: StorePaths,
  { id, options }: ContainerRecord,
): Pick<BundleInputs, "network" | "sharedWith"> {
  if (options.network !== "networks" && options.network !== "container") return {};
  const state = readState(paths);
  if (options.network === "networks") return { network: networkOf(paths, state, state.containers[id]) };
  const owner = state.containers[options.networkContainer!];
  return owner ? { sharedWith: { record: owner, directory: containerFiles(paths, owner.id).directory } } : {};
}

/** The networks of a container that runs are others now. */
export function renewNetworkFiles(paths: StorePaths, record: ContainerRecord): void {
  writeNetworkFiles(containerFiles(paths, record.id).directory, {
    hostname: hostnameOf(record),
    container: record.options,
    ...networkInputs(paths, record) as { network: ContainerNetwork },
  });
}

/** So that who is in a network without a DNS server finds those that are there now. The caller holds the networks' lock. */
export function renewPeers(paths: StorePaths, state: State): void {
  for (const record of connectedContainers(paths, state)) {
    if (silentNetworksOf(state, record).length === 0) continue;
    try {
      renewNetworkFiles(paths, record);
    } catch (error) {
      // It is being removed, or has lost the network that its host-gateway meant: no fault of who comes or goes.
      if (!(error instanceof Deno.errors.NotFound || error instanceof BudgieError)) throw error;
    }
  }
}

function networkOf(paths: StorePaths, state: State, record: ContainerRecord): ContainerNetwork {
  const gateways = nameServers(state, record);
  return {
    addresses: record.endpoints.flatMap(({ addresses }) => addresses),
    names: [record.name, ...new Set(record.endpoints.flatMap(({ aliases }) => aliases))],
    gateways,
    // One is enough: the same daemon answers at all of them, for all networks.
    nameservers: gateways.length > 0 ? gateways.slice(0, 1) : undefined,
    peers: peersOf(paths, state, record),
  };
}
