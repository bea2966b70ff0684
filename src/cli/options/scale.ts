/** `--scale` and `--balance` of `run`, and the containers that a description stands for by them. */
import { Option } from "@commander-js/extra-typings";
import { UsageError } from "../../base/errors.ts";
import type { Described } from "../../engine/together/run_together.ts";
import { type Scale, scaleOut, withMembers } from "../../engine/together/scale.ts";
import type { ContainerOptions } from "../../store/container.ts";
import { wholeNumber } from "./number.ts";

/** What the flags hold once parsed. */
export interface ScaleFlags {
  scale?: number;
  balance?: Scale["method"];
}

/** More would hardly be meant for one host. */
const MAX_SCALE = 1000;

/** The value of --scale. */
export const parseScale = wholeNumber("--scale", 1, MAX_SCALE);

export function balanceFlag() {
  const methods = ["round-robin", "source"] as const satisfies Scale["method"][];
  return new Option("--balance <method>", "which of them gets a connection, by default round-robin").choices(
    methods,
  );
}

/**
 * The flags over what a file says.
 * @throws UsageError for --balance without any scale
 */
export function scaleFlag({ scale, balance }: ScaleFlags, file?: Scale): Scale | undefined {
  const count = scale ?? file?.count;
  if (count !== undefined) return { count, method: balance ?? file?.method ?? "round-robin" };
  if (balance === undefined) return undefined;
  throw new UsageError("Cannot use --balance without --scale: there is one container", {
    hint: "Say with --scale how many there are to be",
  });
}

/** What one container, or a group of them, is made of. */
export interface Description {
  options: ContainerOptions;
  /** undefined: one, with the name as it is */
  scale?: Scale;
  /** where its dependencies are written, for messages */
  where?: string;
}

/** Flags that say something of a single container, beside a description of several. */
const FOR_ONE = ["cidfile", "interactive", "tty"];

/**
 * Every container of the descriptions; what depends on a group depends on each of its containers.
 * @param given names of the flags that were typed
 * @throws UsageError for a group without a name, and for flags that fit one container only
 */
export function planned(descriptions: readonly Description[], given: ReadonlySet<string>): Described[] {
  const groups = new Map<string, string[]>();
  const containers = descriptions.flatMap(({ options, scale, where }) => {
    if (scale === undefined) return [{ options, where }];
    refuseForOne(scale, given);
    const members = scaleOut(options, scale);
    groups.set(options.name!, members.map(({ name }) => name!));
    return members.map((options) => ({ options, where }));
  });
  const names = containers.flatMap(({ options }) => options.name ?? []);
  refuseRepeated(names);
  return containers.map(({ options, where }) => {
    const { dependsOn } = withMembers({ dependsOn: withNetworkOwner(options, names) }, groups);
    return { name: options.name, dependsOn, where, options: { ...options, dependsOn } };
  });
}

/** One that shares the network of another one of the plan can't be there before it, nor outlive its network. */
function withNetworkOwner({ dependsOn, networkContainer }: ContainerOptions, names: readonly string[]) {
  const owner = names.find((name) => name === networkContainer);
  if (owner === undefined || dependsOn.some(({ name }) => name === owner)) return dependsOn;
  return [...dependsOn, { name: owner, condition: "started" as const, restart: true }];
}

/** The names in the files differ; those that a scale makes of them may not. */
function refuseRepeated(names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated === undefined) return;
  throw new UsageError(`Cannot run two containers with the name '${repeated}': one is of a scale`, {
    hint: "Give them other names",
  });
}

function refuseForOne({ count }: Scale, given: ReadonlySet<string>): void {
  const flag = FOR_ONE.find((name) => given.has(name));
  if (flag === undefined || count === 1) return;
  throw new UsageError(`Cannot use --${flag} with --scale ${count}: there are ${count} containers`, {
    hint: "Leave one of them out",
  });
}
