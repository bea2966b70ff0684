/** Bringing the kernel to what was changed in the state about a container that runs. */
import { ensureBridge } from "../../network/bridge.ts";
import { connectAll, type Connection, disconnectOne } from "../../network/plumbing.ts";
import { readState, type State, transaction } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { connectionsOf, isConnected } from "./connected.ts";
import { lockNetworks } from "./lock.ts";
import { renewNetworkFiles, renewPeers } from "./network_inputs.ts";
import { applyAllRules } from "./rules.ts";

/**
 * Takes away the interface of a network, undefined when there is none, and then takes the container out of it in the
 * state, for its addresses are free from then on. Nobody repairs what is missing in between.
 * @throws BudgieError where the host can't do it; what `change` throws
 */
export async function cutOff<Result>(
  { paths }: Engine,
  id: string,
  { connection, change }: { connection: Connection | undefined; change: (state: State) => Result },
): Promise<Result> {
  using _lock = await lockNetworks(paths);
  if (connection && isConnected(paths, id)) disconnectOne(paths, id, connection);
  return transaction(paths, change);
}

/**
 * Gives a container the interfaces, routes, rules and names of the networks that it is in now; does nothing when it doesn't
 * run.
 * @throws BudgieError where the host can't do it
 */
export async function reconnect({ paths }: Engine, id: string): Promise<void> {
  using _lock = await lockNetworks(paths);
  const state = readState(paths);
  const record = state.containers[id];
  if (!record || !isConnected(paths, id)) return;
  await applyAllRules(paths, state); // before the bridge: where it is, its rules are
  const connections = connectionsOf(state, record);
  for (const { network } of connections) ensureBridge(network);
  connectAll(paths, id, connections);
  renewNetworkFiles(paths, record);
  renewPeers(paths, state);
}
