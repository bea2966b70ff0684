/** In which order containers are started that depend on each other. Pure. */
import { didYouMean } from "../../base/did_you_mean.ts";
import { BudgieError } from "../../base/errors.ts";

/** One of several containers that are started together. */
export interface Dependent {
  /** undefined: one is made up, so that no other can depend on it */
  name?: string;
  dependsOn: readonly { name: string }[];
  /** where its dependencies are written, for messages: `shop.bun:12:1` */
  where?: string;
}

/** Containers that would have to wait for each other. */
export class DependencyCycleError extends BudgieError {
  override name = "DependencyCycleError";

  /** @param names each depends on the next one, the last on the first */
  constructor(names: readonly string[], where: string | undefined) {
    const circle = [...names, names[0]].join(" -> ");
    super(`Cannot order the containers${where ? ` of ${where}` : ""}: they depend on each other: ${circle}`, {
      hint: "Take one of these names out of a depends_on",
    });
  }
}

/**
 * Levels: each container depends on such of earlier levels only, those of one level can start at the same time.
 * Within a level the order is that of `containers`. For stopping, reverse the levels.
 *
 * @param existing names of other containers that may be depended on: those on the host
 * @throws BudgieError for a name that is nowhere, DependencyCycleError
 */
export function dependencyLevels<Container extends Dependent>(
  containers: readonly Container[],
  existing: Iterable<string> = [],
): Container[][] {
  const named = new Map(
    containers.flatMap((container) => container.name ? [[container.name, container]] : []),
  );
  checkNames(containers, new Set([...named.keys(), ...existing]));
  const levels: Container[][] = [];
  const placed = new Set<Container>();
  let rest = [...containers];
  while (rest.length > 0) {
    const isReady = ({ dependsOn }: Container) =>
      dependsOn.every(({ name }) => !named.has(name) || placed.has(named.get(name)!));
    const level = rest.filter(isReady);
    if (level.length === 0) throw cycleError(rest);
    levels.push(level);
    level.forEach((container) => placed.add(container));
    rest = rest.filter((container) => !placed.has(container));
  }
  return levels;
}

function checkNames(containers: readonly Dependent[], known: ReadonlySet<string>): void {
  const problems = containers.flatMap((container) =>
    container.dependsOn.filter(({ name }) => !known.has(name))
      .map(({ name }) => ({ container, name, guess: didYouMean(name, known) }))
  );
  if (problems.length === 0) return;
  const lines = problems.map(({ container: { name: dependent, where }, name, guess }) => {
    const subject = dependent === undefined ? "a container without a name" : `'${dependent}'`;
    const question = guess === undefined ? "" : `; did you mean '${guess}'?`;
    return `${
      where ? `${where}: ` : ""
    }${subject} depends on '${name}', and there is no such container${question}`;
  });
  throw new BudgieError(`Cannot order the containers:\n${lines.join("\n")}`, {
    hint: "Describe it beside the others, or start it before them",
  });
}

/** @param waiting all of them depend, directly or not, on a circle among them */
function cycleError(waiting: readonly Dependent[]): DependencyCycleError {
  const named = new Map(waiting.map((container) => [container.name, container]));
  const path: Dependent[] = [];
  // Whoever waits, waits for one that waits: going on from one to the next leads into the circle.
  let next = waiting[0];
  while (!path.includes(next)) {
    path.push(next);
    next = named.get(next.dependsOn.find(({ name }) => named.has(name))!.name)!;
  }
  const circle = path.slice(path.indexOf(next));
  return new DependencyCycleError(circle.map(({ name }) => name!), circle[0].where);
}
