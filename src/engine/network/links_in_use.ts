/** What the containers that are connected need on the host's side. */
import { hostInterface } from "../../network/link_name.ts";
import type { StorePaths } from "../../store/paths.ts";
import { readState } from "../../store/state.ts";
import { connectedContainers, networksOf } from "./connected.ts";

export interface LinksInUse {
  /** names of interfaces */
  bridges: Set<string>;
  /** names of the containers' interfaces on the host */
  ports: Set<string>;
  /** addresses of the bridges */
  gateways: Set<string>;
}

export function linksInUse(paths: StorePaths): LinksInUse {
  const state = readState(paths);
  const connected = connectedContainers(paths, state);
  const networks = networksOf(state, connected).filter(({ bridge }) => bridge !== undefined);
  return {
    bridges: new Set(networks.map(({ bridge }) => bridge!)),
    ports: new Set(
      connected.flatMap(({ id, endpoints }) => endpoints.map(({ network }) => hostInterface(id, network))),
    ),
    gateways: new Set(networks.flatMap(({ subnets }) => subnets.flatMap(({ gateway }) => gateway ?? []))),
  };
}
