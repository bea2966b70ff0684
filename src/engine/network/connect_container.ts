/** A container's network from before its process is there until it has ended. */
import { ensureBridge, hasBridge } from "../../network/bridge.ts";
import { connectAll, disconnectAll } from "../../network/plumbing.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { readState } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { connectionsOf, isConnected } from "./connected.ts";
import { settlePorts } from "./host_port.ts";
import { lockNetworks } from "./lock.ts";
import { renewPeers } from "./network_inputs.ts";
import { addRules, applyAllRules, removeRules } from "./rules.ts";

/**
 * Makes the network namespace of a container that is about to be started, with all that is in it, and the host's
 * rules for it. The caller holds the container's locks.
 * @throws PortTakenError; BudgieError where the host can't do it; nothing is left then
 */
export async function connectContainer({ paths }: Engine, { id, options }: ContainerRecord): Promise<void> {
  if (options.ports.length > 0 || options.publishAll) settlePorts(paths, id);
  using _lock = await lockNetworks(paths);
  try {
    const state = readState(paths);
    const record = state.containers[id];
    const connections = connectionsOf(state, record);
    disconnectAll(paths, id); // what an earlier run may have left
    // Before the bridge: where it is, its rules are.
    if (connections.some(({ network }) => !hasBridge(network))) await applyAllRules(paths, state);
    for (const { network } of connections) ensureBridge(network);
    connectAll(paths, id, connections);
    await addRules(paths, state, record);
  } catch (error) {
    disconnectAll(paths, id);
    throw error;
  }
}

/** Tells containers of each other where nobody answers for names, once a new one is connected and has its files. */
export async function introduce({ paths }: Engine): Promise<void> {
  using _lock = await lockNetworks(paths);
  renewPeers(paths, readState(paths));
}

/** Takes the rules and the namespace away; doing it twice, or at once with somebody else, is fine. */
export async function disconnectContainer({ paths }: Engine, { id }: ContainerRecord): Promise<void> {
  using _lock = await lockNetworks(paths);
  if (!isConnected(paths, id)) return;
  const state = readState(paths);
  const record = state.containers[id];
  if (record) await removeRules(paths, state, record);
  disconnectAll(paths, id);
  renewPeers(paths, state);
  // It was removed by somebody who would not wait; what it had may be another one's by now.
  if (!record) await applyAllRules(paths, state);
}
