/** Several containers of one description: a group, which has a name and the ports of the host in common. */
import { UsageError } from "../../base/errors.ts";
import type { ContainerOptions, DependencyOption } from "../../store/container.ts";
import type { BalanceOption } from "../../store/network.ts";

/** How many, and how connections are spread over them. */
export interface Scale {
  count: number;
  method: BalanceOption["method"];
}

/**
 * `web-1` to `web-N`, which others find as `web` too.
 * @throws UsageError without a name, and for what only one of them could have
 */
export function scaleOut(options: ContainerOptions, { count, method }: Scale): ContainerOptions[] {
  const group = options.name;
  if (group === undefined) {
    throw new UsageError(`Cannot make ${count} of a container without a name`, {
      hint: "Theirs are made of it: name it with --name",
    });
  }
  const isFixed = options.networks.some(({ addresses, macAddress }) => addresses.length > 0 || macAddress);
  if (isFixed && count > 1) {
    throw new UsageError(`Cannot make ${count} of '${group}': they can't have the same address`, {
      hint: "Leave out the fixed addresses, IP and MAC",
    });
  }
  const networks = options.networks.map((network) => ({
    ...network,
    aliases: [...new Set([...network.aliases, group])],
  }));
  return memberNames(group, count).map((name) => ({
    ...options,
    name,
    networks,
    balance: { group, method },
  }));
}

/** Of a group of so many. */
export function memberNames(group: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${group}-${index + 1}`);
}

/**
 * Each dependency on a group as one on each of its containers.
 * @param groups their containers' names
 */
export function withMembers<Item extends { dependsOn: readonly DependencyOption[] }>(
  item: Item,
  groups: ReadonlyMap<string, readonly string[]>,
): Item {
  const dependsOn = item.dependsOn.flatMap((dependency) =>
    groups.get(dependency.name)?.map((name) => ({ ...dependency, name })) ?? [dependency]
  );
  return { ...item, dependsOn };
}
