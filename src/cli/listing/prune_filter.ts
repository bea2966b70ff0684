/** The filters of `container prune` and `network prune`. */
import { parseTimeValue } from "../options/time_value.ts";
import { labelTest, parseFilters, type Test } from "./filter.ts";

/** What is asked of what might go. */
export interface PruneFilterContext<Item> {
  /** in milliseconds */
  now: number;
  /** RFC 3339 */
  createdAt(item: Item): string;
  labels(item: Item): Record<string, string>;
}

/** @throws BudgieError for an unknown key; UsageError for what is no time */
export function pruneFilter<Item>(
  filters: readonly string[],
  { now, createdAt, labels }: PruneFilterContext<Item>,
): Test<Item> {
  const hasLabel = labelTest(labels);
  return parseFilters<Item>(filters, {
    until: (value) => {
      const time = parseTimeValue(value, now).getTime();
      return (item) => Date.parse(createdAt(item)) < time;
    },
    label: hasLabel,
    "label!": (value) => {
      const has = hasLabel(value);
      return (item) => !has(item);
    },
  });
}
