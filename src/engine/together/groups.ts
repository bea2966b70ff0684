/** Groups (scale.ts) that are on this host already, and what they mean for containers that are about to be made. */
import { BudgieError } from "../../base/errors.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { readState, type State } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import type { Described } from "./run_together.ts";
import { withMembers } from "./scale.ts";

/** The containers of a group that are on this host, the first one first. */
export function membersOf(state: State, group: string): ContainerRecord[] {
  const members = Object.values(state.containers).filter(({ options }) => options.balance?.group === group);
  return members.sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

/** The names of the containers of the plan's groups, also of such as the plan has no more. */
export function formerMembers(engine: Engine, plan: readonly Described[]): string[] {
  const state = readState(engine.paths);
  return groupsOf(plan).flatMap((group) => membersOf(state, group)).map(({ name }) => name);
}

/**
 * The plan, where what depends on a group of this host depends on each of its containers.
 * @throws BudgieError, exit code 125, for a group of the plan that is there: it is made as a whole, and whether it
 * should grow, shrink or be made anew is not ours to guess
 */
export function amongGroups(engine: Engine, plan: readonly Described[]): Described[] {
  const state = readState(engine.paths);
  for (const group of groupsOf(plan)) refuseToScaleAgain(state, group);
  const names = new Set(plan.map(({ name }) => name));
  const groups = new Map<string, string[]>();
  for (const { name } of plan.flatMap(({ dependsOn }) => dependsOn)) {
    const members = names.has(name) ? [] : membersOf(state, name);
    if (members.length > 0) groups.set(name, members.map((member) => member.name));
  }
  return plan.map((item) => {
    const { dependsOn } = withMembers(item, groups);
    return { ...item, dependsOn, options: { ...item.options, dependsOn: [...dependsOn] } };
  });
}

function groupsOf(plan: readonly Described[]): string[] {
  return [...new Set(plan.flatMap(({ options }) => options.balance?.group ?? []))];
}

function refuseToScaleAgain(state: State, group: string): void {
  const names = membersOf(state, group).map(({ name }) => name);
  if (names.length === 0) return;
  throw new BudgieError(`Cannot make the containers of '${group}': there are ${names.join(", ")} already`, {
    hint: `Make them anew with --replace, or remove them with 'budgie rm -f ${names.join(" ")}'`,
    exitCode: 125,
  });
}
