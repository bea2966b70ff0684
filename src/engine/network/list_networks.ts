/** Networks and who is in them, as `network ls` and `network inspect` show them. */
import { createHash } from "node:crypto";
import { NotFoundError } from "../../base/errors.ts";
import { DEFAULT_NETWORK, type Endpoint, type NetworkRecord } from "../../store/network.ts";
import { readState, type State, transaction } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { defaultNetwork, type NetworkHost } from "./default_network.ts";
import { tenantsOf } from "./endpoints.ts";
import { findNetwork, networkNamed } from "./find_network.ts";

/** A network that the state has, or `host` or `none`, which are always there. */
export interface NetworkView extends Omit<NetworkRecord, "driver"> {
  driver: NetworkRecord["driver"] | "host" | "null";
  /** it can't be made or removed */
  predefined: boolean;
  members: NetworkMember[];
}

/** A container in a network, whether it runs or not. */
export interface NetworkMember {
  id: string;
  name: string;
  /** undefined: it has no addresses there, as in `host` */
  endpoint?: Endpoint;
}

/** docker's drivers of the networks that need nothing from us. */
const WITHOUT_RECORD = { host: "host", none: "null" } as const;

/** By name. The default network is among them, also before a container was in it. */
export function listNetworks(engine: Engine, host: NetworkHost): NetworkView[] {
  const state = stateWithDefault(engine, host);
  const views = [
    ...Object.values(state.networks).map((record) => viewOf(state, record)),
    ...viewsWithoutRecord(state),
  ];
  return views.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** @throws NotFoundError; BudgieError when the beginning of an ID fits several */
export function findNetworkView(engine: Engine, name: string, host: NetworkHost): NetworkView {
  const state = stateWithDefault(engine, host);
  try {
    return viewOf(state, findNetwork(state, name));
  } catch (error) {
    const found = viewsWithoutRecord(state).find((view) => view.name === name || view.id.startsWith(name));
    if (found && error instanceof NotFoundError) return found;
    throw error;
  }
}

function stateWithDefault({ paths }: Engine, host: NetworkHost): State {
  const state = readState(paths);
  if (networkNamed(state, DEFAULT_NETWORK)) return state;
  return transaction(paths, (state) => {
    defaultNetwork(state, host);
    return state;
  });
}

function viewOf(state: State, record: NetworkRecord): NetworkView {
  const members = tenantsOf(state, record).map(({ record: { id, name }, endpoint }) => ({
    id,
    name,
    endpoint,
  }));
  return { ...record, predefined: record.name === DEFAULT_NETWORK, members };
}

function viewsWithoutRecord(state: State): NetworkView[] {
  return (["host", "none"] as const).map((name) => viewWithoutRecord(state, name));
}

function viewWithoutRecord(state: State, name: keyof typeof WITHOUT_RECORD): NetworkView {
  return {
    id: createHash("sha256").update(`budgie network ${name}`).digest("hex"),
    name,
    createdAt: networkNamed(state, DEFAULT_NETWORK)!.createdAt,
    driver: WITHOUT_RECORD[name],
    subnets: [],
    internal: false,
    isolate: false,
    labels: {},
    predefined: true,
    members: Object.values(state.containers).filter(({ options }) => options.network === name)
      .map(({ id, name }) => ({ id, name })),
  };
}
