/** The filters of `network ls`. */
import type { NetworkView } from "../../engine/network/list_networks.ts";
import { booleanValue, labelTest, namePattern, oneOf, parseFilters, type Test } from "./filter.ts";

/** @throws BudgieError for an unknown key or a value that makes no sense */
export function networkFilter(filters: readonly string[]): Test<NetworkView> {
  return parseFilters<NetworkView>(filters, {
    driver: (value) => ({ driver }) => driver === value,
    id: (value) => ({ id }) => id.includes(value),
    label: labelTest(({ labels }: NetworkView) => labels),
    name: (value) => {
      const pattern = namePattern(value);
      return ({ name }) => pattern.test(name);
    },
    type: (value) => {
      const isBuiltin = oneOf("type", value, ["builtin", "custom"]) === "builtin";
      return ({ predefined }) => predefined === isBuiltin;
    },
    scope: (value) => {
      const isLocal = oneOf("scope", value, ["local", "global", "swarm"]) === "local";
      return () => isLocal;
    },
    dangling: (value) => {
      const wanted = booleanValue("dangling", value);
      return ({ predefined, members }) => (!predefined && members.length === 0) === wanted;
    },
  });
}
