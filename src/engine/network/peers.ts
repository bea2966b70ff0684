/**
 * Names where nobody answers for them: the daemon does so at the gateway of a bridge, and a network of another driver
 * has none. There each container's /etc/hosts has the others, and is written again whenever one comes or goes.
 */
import type { ContainerNetwork } from "../../bundle/network_files.ts";
import { namesOf } from "../../network/names_of.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { StorePaths } from "../../store/paths.ts";
import type { State } from "../../store/state.ts";
import { connectedContainers } from "./connected.ts";

/** The networks of a container that have no DNS server. */
export function silentNetworksOf(state: State, { endpoints }: ContainerRecord): string[] {
  return endpoints.map(({ network }) => network).filter((id) => state.networks[id].bridge === undefined);
}

/** The other containers that are connected to them now. */
export function peersOf(paths: StorePaths, state: State, record: ContainerRecord): ContainerNetwork["peers"] {
  const silent = silentNetworksOf(state, record);
  if (silent.length === 0) return [];
  const others = connectedContainers(paths, state).filter(({ id }) => id !== record.id);
  return others.flatMap((other) =>
    other.endpoints.filter(({ network }) => silent.includes(network)).flatMap((endpoint) =>
      endpoint.addresses.map((address) => ({ address, names: namesOf(other, endpoint) }))
    )
  );
}
