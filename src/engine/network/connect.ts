/** `network connect` and `network disconnect`: of containers that run, and of those that do not. */
import { NotFoundError } from "../../base/errors.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { Connection } from "../../network/plumbing.ts";
import { recordNetworkEvent } from "../../store/events.ts";
import type { NetworkOption } from "../../store/network.ts";
import { readState, type State, transaction } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { findRecord } from "../list.ts";
import { lockForChange } from "../locks.ts";
import type { NetworkHost } from "./default_network.ts";
import { addEndpoint, isIn, networkFor, removeEndpoint } from "./endpoints.ts";
import { findNetwork } from "./find_network.ts";
import { cutOff, reconnect } from "./reconnect.ts";

/**
 * Puts a container into one more network, from now on.
 * @param options.host for the default network, where it is not there yet
 * @throws NotFoundError; UsageError, BudgieError when it can't have the addresses, or is in the network already
 */
export async function connectToNetwork(
  engine: Engine,
  name: string,
  { option, host }: { option: NetworkOption; host: NetworkHost },
): Promise<void> {
  await changeEndpoints(engine, name, "connect", (state, record) => {
    const network = networkFor(state, option.name, host);
    return { network, endpoint: addEndpoint(state, record, { network, option }) };
  });
}

/**
 * Takes a container out of a network.
 * @param options.force one that is not in it is fine
 * @throws NotFoundError; BudgieError when it is not in it
 */
export async function disconnectFromNetwork(
  engine: Engine,
  name: string,
  { network: networkName, force }: { network: string; force: boolean },
): Promise<void> {
  await changeEndpoints(engine, name, "disconnect", (state, record) => {
    const network = findNetwork(state, networkName);
    if (force && !isIn(record, network)) return undefined;
    return { network, endpoint: removeEndpoint(record, network) };
  });
}

async function changeEndpoints(
  engine: Engine,
  name: string,
  action: "connect" | "disconnect",
  change: (state: State, record: ContainerRecord) => Connection | undefined,
): Promise<void> {
  const { id } = findRecord(readState(engine.paths), name);
  using _changeLock = await lockForChange(engine.paths, id); // it neither starts nor ends meanwhile
  const changeIn = (state: State) => {
    const record: ContainerRecord | undefined = state.containers[id];
    if (!record) throw new NotFoundError("container", name);
    return change(state, record);
  };
  const changed = action === "connect"
    ? transaction(engine.paths, changeIn)
    : await cutOff(engine, id, { connection: changeIn(readState(engine.paths)), change: changeIn });
  if (!changed) return;
  try {
    await reconnect(engine, id);
  } catch (error) {
    if (action === "connect") await takeBack(engine, id, changed);
    throw error;
  }
  recordNetworkEvent(engine.paths, changed.network, action, { container: id });
}

/** The host can't do it: the container is as it was before. */
async function takeBack(engine: Engine, id: string, connection: Connection): Promise<void> {
  await cutOff(engine, id, {
    connection,
    change: (state) => {
      if (state.containers[id]) removeEndpoint(state.containers[id], connection.network);
    },
  });
  await reconnect(engine, id).catch(() => {}); // if it fails, it is for the reason that is said already
}
