/** The filters of `secret ls`. */
import type { SecretInfo } from "../../engine/secret/look.ts";
import { labelTest, namePattern, parseFilters, type Test } from "./filter.ts";

/** @throws BudgieError for an unknown key or a value that makes no sense */
export function secretFilter(filters: readonly string[]): Test<SecretInfo> {
  return parseFilters<SecretInfo>(filters, {
    id: (value) => ({ id }) => id.startsWith(value),
    label: labelTest(({ labels }: SecretInfo) => labels),
    name: (value) => {
      const pattern = namePattern(value);
      return ({ name }) => pattern.test(name);
    },
  });
}
