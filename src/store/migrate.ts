/** Bringing the state.json of an older budgie up to date, one version at a time. */
import { BudgieError } from "../base/errors.ts";

export const SCHEMA_VERSION = 4;

/** `MIGRATIONS[n]` turns a state of version n into one of version n + 1. */
const MIGRATIONS: Record<number, (state: Record<string, unknown>) => Record<string, unknown>> = {
  1: withSupervisedOptions,
  2: withNetworks,
  3: withSecrets,
};

/** Containers of version 1 knew no dependencies, no log limits, and of health checks only "none". */
function withSupervisedOptions(state: Record<string, unknown>): Record<string, unknown> {
  const containers = state.containers as Record<string, { options?: Record<string, unknown> }>;
  for (const record of Object.values(containers ?? {})) {
    if (typeof record?.options !== "object") continue;
    const { healthcheck } = record.options;
    Object.assign(record, { starts: 0 });
    Object.assign(record.options, {
      dependsOn: [],
      log: { maxSizeBytes: 10 * 1024 ** 2, maxFiles: 3 },
      ...(healthcheck ? { healthcheck: { probe: { type: "none" }, onUnhealthy: "restart" } } : {}),
    });
  }
  return state;
}

/** Containers of version 2 had no network or the host's. */
function withNetworks(state: Record<string, unknown>): Record<string, unknown> {
  const containers = state.containers as Record<string, { options?: Record<string, unknown> }>;
  for (const record of Object.values(containers ?? {})) {
    if (typeof record?.options !== "object") continue;
    Object.assign(record, { endpoints: [], published: [] });
    Object.assign(record.options, {
      networks: [],
      ports: [],
      publishAll: false,
      expose: [],
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      extraHosts: [],
      allowHost: false,
    });
  }
  return { ...state, networks: {} };
}

/** Containers of version 3 knew no secrets. */
function withSecrets(state: Record<string, unknown>): Record<string, unknown> {
  const containers = state.containers as Record<string, { options?: Record<string, unknown> }>;
  for (const record of Object.values(containers ?? {})) {
    if (typeof record?.options === "object") Object.assign(record.options, { secrets: [] });
  }
  return state;
}

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
