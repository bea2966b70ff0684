/** Putting back what somebody took away, and taking away what a killed command left. */
import { BudgieError } from "../../base/errors.ts";
import { SystemError } from "../../linux/libc.ts";
import { ensureBridge } from "../../network/bridge.ts";
import { connectAll } from "../../network/plumbing.ts";
import { removeStale } from "../../network/stale.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { StorePaths } from "../../store/paths.ts";
import { readState } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { tryLockForPump } from "../locks.ts";
import { observe } from "../observe.ts";
import { isUp } from "../view.ts";
import { connectionsOf, isConnected, networksOf } from "./connected.ts";
import { lockNetworks } from "./lock.ts";
import { renewPeers } from "./network_inputs.ts";
import { applyAllRules } from "./rules.ts";

/** What was done, and what could not be. */
export interface Repair {
  /** containers and interfaces that were left behind */
  removed: string[];
  complaints: string[];
}

/**
 * Makes links, addresses, routes and rules what the state and the running containers say. What is right already is
 * not touched, and no container is restarted.
 * @throws BudgieError when the rules can't be written
 */
export async function repairNetworks({ paths }: Engine): Promise<Repair> {
  using _lock = await lockNetworks(paths);
  const state = readState(paths);
  const inNetworks = Object.values(state.containers).filter(({ endpoints }) => endpoints.length > 0);
  const running = inNetworks.map((record) => observe(paths, record)).filter(isUp);
  const starting = inNetworks.filter((record) => isBeingStarted(paths, record));
  const wanted = [...running.map(({ record }) => record), ...starting];
  const stale = removeStale(
    paths,
    new Map(wanted.map(({ id, endpoints }) => [id, endpoints.map(({ network }) => network)])),
  );
  const complaints: string[] = [];
  const orComplain = (act: () => void) => {
    try {
      act();
    } catch (error) {
      // The container may have ended just now.
      if (!(error instanceof BudgieError || error instanceof SystemError)) throw error;
      complaints.push(error.message);
    }
  };
  for (const network of networksOf(state, wanted)) orComplain(() => ensureBridge(network));
  for (const { record, pid } of running) {
    orComplain(() => connectAll(paths, record.id, connectionsOf(state, record), { pid }));
  }
  await applyAllRules(paths, state);
  renewPeers(paths, state);
  return { removed: [...stale.namespaces, ...stale.interfaces], complaints };
}

/** Or it has just ended, and somebody is about to see to it. */
function isBeingStarted(paths: StorePaths, { id }: ContainerRecord): boolean {
  if (!isConnected(paths, id)) return false;
  using pumpLock = tryLockForPump(paths, id);
  return pumpLock === undefined;
}
