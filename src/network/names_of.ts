/** By which names a container is found in a network. */
import type { ContainerRecord } from "../store/container.ts";
import type { Endpoint } from "../store/network.ts";

/** A whole ID is longer than a label can be. */
export const SHORT_ID_DIGITS = 12;

/** Its name, its short ID, its aliases there, and that of the group whose members stand for each other. */
export function namesOf(
  { id, name, options: { balance } }: ContainerRecord,
  { aliases }: Endpoint,
): string[] {
  return [name, id.slice(0, SHORT_ID_DIGITS), ...aliases, ...balance ? [balance.group] : []];
}
