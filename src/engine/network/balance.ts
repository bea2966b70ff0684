/** Ports that several containers share: they lead only to those that work. */
import { readState } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { isConnected } from "./connected.ts";
import { lockNetworks } from "./lock.ts";
import { refreshPorts } from "./rules.ts";

/**
 * To be called when the health of a container has changed. Connections that are there stay where they are.
 * @throws BudgieError when the rules can't be written
 */
export async function refreshBalance({ paths }: Engine, id: string): Promise<void> {
  using _lock = await lockNetworks(paths);
  const state = readState(paths);
  const record = state.containers[id];
  if (record?.options.balance && isConnected(paths, id)) await refreshPorts(paths, state, record);
}
