/** Words that name containers, of which some are .bun files or folders: those that the files describe. */
import { NotFoundError } from "../../base/errors.ts";
import { exists } from "../../base/optional_file.ts";
import type { BunFile } from "../../bunfile/bun_file.ts";
import { dependencyLevels } from "../../engine/together/dependency_order.ts";
import type { Engine } from "../../engine/engine.ts";
import { membersOf } from "../../engine/together/groups.ts";
import { findRecord } from "../../engine/list.ts";
import { holderOf } from "../../engine/name_taken.ts";
import { memberNames, withMembers } from "../../engine/together/scale.ts";
import type { DependencyOption } from "../../store/container.ts";
import { readState, type State } from "../../store/state.ts";
import { isBunWord } from "./bun_file_name.ts";

/**
 * The words with the names of containers in the place of the first file or folder, dependencies first, each once. A
 * name that is not on the host stays, so that whoever looks for it says so.
 *
 * @param options.dependentsFirst the other way round, for stopping and removing
 * @throws BudgieError for a file that can't be read or is no good
 */
export async function expandContainers(
  engine: Engine,
  words: readonly string[],
  { dependentsFirst = false }: { dependentsFirst?: boolean } = {},
): Promise<string[]> {
  if (!words.some(isBunWord)) return [...words];
  const state = readState(engine.paths);
  const files = words.filter((word) => namesFiles(word, state));
  const { readBunFiles } = await import("../../bunfile/parse.ts");
  const described = withGroups(files.flatMap(readBunFiles).map((bun) => containersOf(bun, state)));
  const levels = dependencyLevels(described, described.flatMap(({ dependsOn }) => dependsOn.map(nameOf)));
  const names = (dependentsFirst ? levels.reverse() : levels).flat().map(nameOf);
  const expanded = words.flatMap((word) => {
    if (!files.includes(word)) return [word];
    return word === files[0] ? names : [];
  });
  return [...new Set(expanded)];
}

/** `/web` is docker's way to write a name (the folder is `/web/`); `web.bun` may be one where there is no such file. */
function namesFiles(word: string, state: State): boolean {
  if (!isBunWord(word)) return false;
  if (exists(word) && !/^\/[^/]*$/.test(word)) return true;
  try {
    findRecord(state, word);
    return false;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}

/** What a document stands for. */
interface Containers {
  /** that of a group */
  name?: string;
  names: string[];
  dependsOn: readonly DependencyOption[];
}

/** What it depends on, and whose network it shares. */
function dependenciesOf({ depends_on, network = "" }: BunFile): DependencyOption[] {
  const [, owner] = /^container:(.+)$/.exec(network) ?? [];
  return owner === undefined
    ? depends_on
    : [...depends_on, { name: owner, condition: "started", restart: true }];
}

/**
 * The container of this name, there or not; of several, those that are there, however many the file says; of a
 * document without a name, those that were made from it.
 */
function containersOf(bun: BunFile, state: State): Containers {
  const { name, scale, source } = bun;
  const dependsOn = dependenciesOf(bun);
  if (name !== undefined) {
    const members = membersOf(state, name).map(nameOf);
    const isOne = scale === undefined && (members.length === 0 || holderOf(state, name) !== undefined);
    if (isOne) return { names: [name], dependsOn };
    return { name, names: members.length > 0 ? members : memberNames(name, scale!), dependsOn };
  }
  const made = Object.values(state.containers).filter(({ options }) =>
    options.bunFile === source.path && (options.bunDocument ?? 0) === source.document
  );
  if (made.length > 0) return { names: made.map(nameOf), dependsOn };
  const which = source.document > 0 ? `, document ${source.document + 1}` : "";
  return { names: [`${source.written}${which}`], dependsOn };
}

function withGroups(documents: readonly Containers[]) {
  const groups = new Map(documents.flatMap(({ name, names }) => name === undefined ? [] : [[name, names]]));
  return documents.flatMap(({ names, ...document }) => {
    const { dependsOn } = withMembers(document, groups);
    return names.map((name) => ({ name, dependsOn }));
  });
}

function nameOf({ name }: { name: string }): string {
  return name;
}
