/** Which containers are connected: those whose network namespace is kept below the run directory. */
import { exists } from "../../base/optional_file.ts";
import { BudgieError } from "../../base/errors.ts";
import { namespacePath } from "../../network/namespace_path.ts";
import type { Connection } from "../../network/plumbing.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { NetworkRecord } from "../../store/network.ts";
import type { StorePaths } from "../../store/paths.ts";
import { readState, type State } from "../../store/state.ts";
import { observe } from "../observe.ts";
import { isUp } from "../view.ts";

export function isConnected(paths: StorePaths, id: string): boolean {
  return exists(namespacePath(paths, id));
}

export function connectedIds(paths: StorePaths): string[] {
  return Array.from(Deno.readDirSync(paths.networkNamespaces), ({ name }) => name);
}

/** Those that have a record. */
export function connectedContainers(paths: StorePaths, { containers }: State): ContainerRecord[] {
  return connectedIds(paths).flatMap((id) => containers[id] ?? []);
}

/** Those that any of the containers is in. */
export function networksOf(state: State, records: readonly ContainerRecord[]): NetworkRecord[] {
  const ids = new Set(records.flatMap(({ endpoints }) => endpoints.map(({ network }) => network)));
  return [...ids].map((id) => state.networks[id]);
}

/** The networks that a container is in, with what it has there. */
export function connectionsOf(state: State, { endpoints }: ContainerRecord): Connection[] {
  return endpoints.map((endpoint) => ({ network: state.networks[endpoint.network], endpoint }));
}

/**
 * What the runtime is to join; undefined: the host's network, or a new one with loopback alone.
 * @throws BudgieError when it is that of a container which does not run
 */
export function namespaceToJoin(
  paths: StorePaths,
  { id, name, options }: ContainerRecord,
): string | undefined {
  if (options.network === "networks") return namespacePath(paths, id);
  if (options.network !== "container") return undefined;
  const other = readState(paths).containers[options.networkContainer!];
  const view = other && observe(paths, other);
  if (view && isUp(view)) return `/proc/${view.pid}/ns/net`;
  const what = other ? `'${other.name}'` : `container ${options.networkContainer!.slice(0, 12)}`;
  throw new BudgieError(`Cannot start '${name}': it shares the network of ${what}, which does not run`, {
    hint: other
      ? `Start that one with 'budgie start ${other.name}'`
      : "Make a new one: the other one was removed",
  });
}

/** Where the daemon answers the container for names: the gateways of its bridges. */
export function nameServers(state: State, record: ContainerRecord): string[] {
  return networksOf(state, [record]).flatMap(({ bridge, subnets }) =>
    bridge === undefined ? [] : subnets.flatMap(({ gateway }) => gateway ?? [])
  );
}
