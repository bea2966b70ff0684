/** The networks that a container is in, for listings. */
import type { ContainerRecord } from "../../store/container.ts";
import type { State } from "../../store/state.ts";

/**
 * In the order of its interfaces. docker has `host` and `none` among the networks, here without an ID; one that
 * shares another container's network is in none itself.
 */
export function shownNetworks(
  state: State,
  { options, endpoints }: ContainerRecord,
): { id: string; name: string }[] {
  if (options.network === "host" || options.network === "none") return [{ id: "", name: options.network }];
  return endpoints.map(({ network }) => state.networks[network]);
}
