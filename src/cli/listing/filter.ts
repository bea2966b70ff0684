/** `--filter key=value`: values of one key are alternatives, keys and labels must all fit (docker, podman). */
import { BudgieError } from "../../base/errors.ts";
import { didYouMean } from "../../base/did_you_mean.ts";
import { cut } from "../options/key_value.ts";

/** What one value of one key asks of an item. */
export type Test<Item> = (item: Item) => boolean;

/** By key: makes the test for a value. */
export type FilterKeys<Item> = Record<string, (value: string) => Test<Item>>;

/**
 * One test for all filters together.
 * @throws BudgieError for an unknown key or a value that makes no sense
 */
export function parseFilters<Item>(filters: readonly string[], keys: FilterKeys<Item>): Test<Item> {
  const alternatives = new Map<string, Test<Item>[]>();
  for (const [index, filter] of filters.entries()) {
    const [key, value] = cut(filter);
    if (value === undefined) throw invalid(filter, "it is not key=value", keys);
    if (!Object.hasOwn(keys, key)) throw invalid(filter, `there is no filter '${key}'`, keys, key);
    const group = key.startsWith("label") ? `label ${index}` : key; // label, and label! of prune
    alternatives.set(group, [...alternatives.get(group) ?? [], keys[key](value)]);
  }
  const groups = [...alternatives.values()];
  return (item) => groups.every((tests) => tests.some((test) => test(item)));
}

/** A value that is not one of the few there are. */
export function oneOf<const Value extends string>(
  key: string,
  value: string,
  known: readonly Value[],
): Value {
  const found = known.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new BudgieError(`Cannot filter by '${key}=${value}': it is one of ${known.join(", ")}`);
}

/** As Go reads a boolean, in docker's four words. */
export function booleanValue(key: string, value: string): boolean {
  return ["true", "1"].includes(oneOf(key, value.toLowerCase(), ["true", "false", "1", "0"]));
}

/** docker's names: a regular expression that a part of the name fits. */
export function namePattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    throw new BudgieError(`Cannot filter by 'name=${value}': it is not a regular expression`);
  }
}

/** `key` or `key=value` against a set of labels. */
export function labelTest<Item>(labelsOf: (item: Item) => Record<string, string>) {
  return (wanted: string): Test<Item> => {
    const [key, value] = cut(wanted);
    return (item) => {
      const labels = labelsOf(item);
      return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
    };
  };
}

function invalid(filter: string, reason: string, keys: object, near = ""): BudgieError {
  const guess = didYouMean(near, Object.keys(keys));
  const all = `There are ${Object.keys(keys).join(", ")}`;
  return new BudgieError(`Cannot filter by '${filter}': ${reason}`, {
    hint: guess ? `Did you mean ${guess}? ${all}` : all,
  });
}
