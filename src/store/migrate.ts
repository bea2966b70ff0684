/** Bringing the state.json of an older budgie up to date, one version at a time. */
import { BudgieError } from "../base/errors.ts";

export const SCHEMA_VERSION = 1;

/** `MIGRATIONS[n]` turns a state of version n into one of version n + 1. */
const MIGRATIONS: Record<number, (state: Record<string, unknown>) => Record<string, unknown>> = {};

/** What to do about a file that can't be read. */
export const UNREADABLE_HINT =
  "Nothing was changed. Put back a copy of the file, or move it away to start with no containers";

/** The file is JSON, and something else. */
export class NotAStateError extends BudgieError {
  override name = "NotAStateError";

  constructor(path: string) {
    super(`Cannot read '${path}': it is not a state of budgie's`, { hint: UNREADABLE_HINT });
  }
}

/** @param path for the error messages */
export function migrate(
  parsed: unknown,
  path: string,
  migrations = MIGRATIONS,
  target = SCHEMA_VERSION,
): Record<string, unknown> {
  let state = parsed as Record<string, unknown>;
  if (typeof state !== "object" || state === null || !Number.isInteger(state.version)) {
    throw new NotAStateError(path);
  }
  if (state.version as number > target) {
    throw new BudgieError(
      `Cannot read '${path}': it has version ${state.version}, this budgie knows ${target}`,
      {
        hint: "A newer budgie wrote it: install that one again",
      },
    );
  }
  while (state.version !== target) {
    const version = state.version as number;
    const step = migrations[version];
    if (!step) {
      throw new BudgieError(`Cannot read '${path}': version ${version} is not known`, {
        hint: UNREADABLE_HINT,
      });
    }
    state = { ...step(state), version: version + 1 };
  }
  return state;
}
