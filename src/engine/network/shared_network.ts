/** `--network container:NAME`: whose network it is. */
import { BudgieError } from "../../base/errors.ts";
import type { State } from "../../store/state.ts";
import { findRecord } from "../list.ts";

/**
 * The ID of the container whose network is shared.
 * @throws NotFoundError; BudgieError when that one has no network of its own
 */
export function sharedNetworkOwner(state: State, name: string): string {
  const owner = findRecord(state, name);
  const refuse = (reason: string, hint: string) =>
    new BudgieError(`Cannot share the network of '${owner.name}': ${reason}`, { hint });
  const { network, networkContainer } = owner.options;
  if (network === "host") throw refuse("it has the host's", "Use --network host");
  if (network === "container") {
    const other = state.containers[networkContainer ?? ""]?.name ?? networkContainer;
    throw refuse(`it shares that of '${other}' itself`, `Use --network container:${other}`);
  }
  return owner.id;
}
