/** How budgie's links are called on the host, and how they are told from others'. */
import { createHash } from "node:crypto";
import type { NetworkRecord } from "../store/network.ts";
import type { StorePaths } from "../store/paths.ts";

/** A container in a network, both by their IDs. */
export interface PortOwner {
  container: string;
  network: string;
}

/**
 * The host's side of a container's veth, of 15 characters (IFNAMSIZ): programs that look after the host's interfaces
 * are told by their manuals to leave `veth*` alone.
 */
export function hostInterface(containerId: string, networkId: string): string {
  return `veth${digest(`${containerId} ${networkId}`).slice(0, 11)}`;
}

/** What a bridge of ours has as its alias (IFLA_IFALIAS). */
export function bridgeAlias({ id }: Pick<NetworkRecord, "id">): string {
  return `budgie ${id}`;
}

/** What the host's side of a veth has: whose it is, and who made it, for there may be several data directories. */
export function portAlias(paths: StorePaths, { container, network }: PortOwner): string {
  return `budgie ${container} ${network} ${digest(paths.run).slice(0, 12)}`;
}

/** undefined for what is not ours. */
export function portOwner(paths: StorePaths, alias: string | undefined): PortOwner | undefined {
  const [, container, network] = /^budgie ([0-9a-f]{64}) ([0-9a-f]{64}) /.exec(alias ?? "") ?? [];
  if (container === undefined) return undefined;
  const owner = { container, network };
  return portAlias(paths, owner) === alias ? owner : undefined;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
