/** Networks by name, ID or beginning of an ID. */
import { didYouMean } from "../../base/did_you_mean.ts";
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import { DEFAULT_NETWORK, type NetworkRecord } from "../../store/network.ts";
import type { State } from "../../store/state.ts";

/** The default network's name, and docker's words for it. */
const DEFAULT_NAMES = [DEFAULT_NETWORK, "bridge", "default"];

/** Whether `name` means the default network, which need not be there yet. */
export function isDefaultName(name: string): boolean {
  return DEFAULT_NAMES.includes(name);
}

/** The network of exactly this name. */
export function networkNamed(state: State, name: string): NetworkRecord | undefined {
  return Object.values(state.networks).find((record) => record.name === name);
}

/**
 * Full ID, then exact name, then unique beginning of an ID.
 * @throws NotFoundError; BudgieError when the beginning of an ID fits several
 */
export function findNetwork(state: State, name: string): NetworkRecord {
  const records = Object.values(state.networks);
  const exact = state.networks[name] ?? networkNamed(state, isDefaultName(name) ? DEFAULT_NETWORK : name);
  if (exact) return exact;
  const matches = /^[0-9a-f]+$/.test(name) ? records.filter(({ id }) => id.startsWith(name)) : [];
  if (matches.length === 1) return matches[0];
  if (matches.length > 1) {
    const list = matches.map((record) => `${record.id.slice(0, 12)} (${record.name})`).join(", ");
    throw new BudgieError(`Cannot tell which network '${name}' is: ${list}`, {
      hint: "Write more of the ID",
    });
  }
  throw new NotFoundError("network", name, { hint: hintFor(name, records) });
}

function hintFor(name: string, records: NetworkRecord[]): string {
  const guess = didYouMean(name, records.map((record) => record.name));
  return guess ? `Did you mean '${guess}'?` : `Make it with 'budgie network create ${name}'`;
}
