/** `network rm` and `network prune`. */
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import { hasBridge, removeBridge } from "../../network/bridge.ts";
import { recordEvent, recordNetworkEvent } from "../../store/events.ts";
import { DEFAULT_NETWORK, type NetworkRecord } from "../../store/network.ts";
import type { StorePaths } from "../../store/paths.ts";
import { readState, type State, transaction } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { disconnectFromNetwork } from "./connect.ts";
import { tenantsOf } from "./endpoints.ts";
import { findNetwork, isDefaultName } from "./find_network.ts";
import { lockNetworks } from "./lock.ts";
import { applyAllRules } from "./rules.ts";

/**
 * @param options.force disconnect the containers that are in it
 * @throws NotFoundError; BudgieError when it is in use, or one that is always there
 */
export async function removeNetwork(
  engine: Engine,
  name: string,
  { force }: { force: boolean },
): Promise<void> {
  const { id } = findRemovable(readState(engine.paths), name);
  if (force) await disconnectAllFrom(engine, id);
  const network = await forget(engine.paths, id, name);
  recordNetworkEvent(engine.paths, network, "destroy");
}

/** The bridge goes first: without the record, nobody would know whose it is. */
async function forget(paths: StorePaths, id: string, name: string): Promise<NetworkRecord> {
  using _lock = await lockNetworks(paths);
  const find = (state: State) => {
    const network = state.networks[id];
    if (!network) throw new NotFoundError("network", name);
    checkUnused(state, network);
    return network;
  };
  const network = find(readState(paths));
  const wasUsed = network.bridge !== undefined && hasBridge(network);
  removeBridge(network);
  transaction(paths, (state) => {
    find(state);
    delete state.networks[id];
  });
  if (wasUsed) await applyAllRules(paths, readState(paths));
  return network;
}

function findRemovable(state: State, name: string): NetworkRecord {
  const network = isDefaultName(name) || name === "host" || name === "none"
    ? undefined
    : findNetwork(state, name);
  if (network && network.name !== DEFAULT_NETWORK) return network;
  throw new BudgieError(`Cannot remove the network '${name}': that one is always there`);
}

async function disconnectAllFrom(engine: Engine, id: string): Promise<void> {
  const state = readState(engine.paths);
  for (const { record } of tenantsOf(state, state.networks[id])) {
    try {
      await disconnectFromNetwork(engine, record.id, { network: id, force: true });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error; // the container was removed meanwhile
    }
  }
}

/** Containers are in it, or will be again when they are started. */
export class NetworkInUseError extends BudgieError {
  override name = "NetworkInUseError";

  constructor(network: string, containers: readonly string[]) {
    const names = containers.slice(0, MAX_NAMED).map((name) => `'${name}'`).join(", ");
    const more = containers.length > MAX_NAMED ? ` and ${containers.length - MAX_NAMED} more` : "";
    const [what, verb] = containers.length === 1 ? ["container", "is"] : ["containers", "are"];
    super(`Cannot remove the network '${network}': ${what} ${names}${more} ${verb} in it`, {
      hint: "Remove what is in it, or disconnect it: 'budgie network rm -f' does that first",
    });
  }
}

/** In a sentence, this many containers are named. */
const MAX_NAMED = 5;

function checkUnused(state: State, network: NetworkRecord): void {
  const names = tenantsOf(state, network).map(({ name }) => name);
  if (names.length > 0) throw new NetworkInUseError(network.name, names);
}

/** Removes the networks that no container is in, and that fit. @returns their names */
export async function pruneNetworks(
  engine: Engine,
  fits: (network: NetworkRecord) => boolean,
): Promise<string[]> {
  const state = readState(engine.paths);
  const unused = Object.values(state.networks).filter((network) =>
    network.name !== DEFAULT_NETWORK && tenantsOf(state, network).length === 0 && fits(network)
  );
  const removed: string[] = [];
  for (const { id, name } of unused) {
    try {
      await removeNetwork(engine, id, { force: false });
      removed.push(name);
    } catch (error) {
      // Somebody was quicker, to use it or to remove it.
      if (!(error instanceof NetworkInUseError || error instanceof NotFoundError)) throw error;
    }
  }
  recordEvent(engine.paths, { type: "network", action: "prune", id: "", attributes: { reclaimed: "0" } });
  return removed;
}
