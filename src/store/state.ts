/**
 * state.json: everything that must hold together, in one file. Readers take no lock (a rename shows them
 * the old state or the new); every change is one transaction, and what must be unique is checked inside it.
 */
import { BudgieError } from "../base/errors.ts";
import { readTextIfThere } from "../base/optional_file.ts";
import { replaceFile } from "./atomic_write.ts";
import type { ContainerRecord } from "./container.ts";
import { lockNow } from "./lock.ts";
import { migrate, NotAStateError, SCHEMA_VERSION, UNREADABLE_HINT } from "./migrate.ts";
import type { NetworkRecord } from "./network.ts";
import type { StorePaths } from "./paths.ts";

export interface State {
  version: typeof SCHEMA_VERSION;
  /** by ID */
  containers: Record<string, ContainerRecord>;
  /** by name */
  volumes: Record<string, VolumeRecord>;
  /** by ID */
  networks: Record<string, NetworkRecord>;
}

export interface VolumeRecord {
  name: string;
  /** RFC 3339, UTC */
  createdAt: string;
  anonymous: boolean;
}

/** The state as it is now. @throws BudgieError when the file is damaged or of a newer budgie */
export function readState(paths: StorePaths): State {
  return parseState(paths, readTextIfThere(paths.state));
}

function parseState(paths: StorePaths, text: string | undefined): State {
  if (text === undefined) return { version: SCHEMA_VERSION, containers: {}, volumes: {}, networks: {} };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new BudgieError(`Cannot read '${paths.state}': it is damaged (${(cause as Error).message})`, {
      hint: UNREADABLE_HINT,
      cause,
    });
  }
  const state = migrate(parsed, paths.state);
  const { containers, volumes, networks } = state;
  if (![containers, volumes, networks].every(isMap)) throw new NotAStateError(paths.state);
  return state as unknown as State;
}

/** An object of objects. */
function isMap(value: unknown): boolean {
  const isObject = (part: unknown) => typeof part === "object" && part !== null && !Array.isArray(part);
  return isObject(value) && Object.values(value as object).every(isObject);
}

/**
 * Reads the state under the lock, lets `change` alter it, and writes it if it did. When `change` throws,
 * nothing is written. `change` must be quick and synchronous: everybody else waits.
 */
export function transaction<Result>(paths: StorePaths, change: (state: State) => Result): Result {
  using _lock = lockNow(`${paths.locks}/state`);
  const text = readTextIfThere(paths.state);
  const state = parseState(paths, text);
  const before = text ?? JSON.stringify(state); // the file is what JSON.stringify() gave
  const result = change(state);
  const after = JSON.stringify(state);
  if (after !== before) writeState(paths, after);
  return result;
}

function writeState(paths: StorePaths, text: string): void {
  try {
    replaceFile(paths.state, text);
  } catch (cause) {
    throw new BudgieError(`Cannot write '${paths.state}': ${(cause as Error).message}`, {
      hint: "The state is as it was before. Is the disk full?",
      cause,
    });
  }
}
