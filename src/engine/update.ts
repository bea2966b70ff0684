/** Changing what a container may use, and whether it is started again; also while it runs. */
import type { SpecResources } from "../../oci/runtime_spec.ts";
import { BudgieError, NotFoundError, UsageError } from "../base/errors.ts";
import { hostFacts } from "../bundle/host_facts.ts";
import { settleOptions } from "../bundle/settled_options.ts";
import { updateArgs } from "../runtime/args.ts";
import type {
  ContainerOptions,
  ContainerRecord,
  ResourceOptions,
  RestartPolicy,
} from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import { readState, transaction } from "../store/state.ts";
import type { Engine } from "./engine.ts";
import { findRecord } from "./list.ts";
import { lockForChange } from "./locks.ts";
import { observe } from "./observe.ts";
import { commandRuntime } from "./runtime_command.ts";
import { isUp } from "./view.ts";

/** What is undefined stays as it is. */
export interface ContainerChanges {
  resources: ResourceOptions;
  restartPolicy?: RestartPolicy;
}

/**
 * Changes the record, and the cgroup of a container that runs. When the runtime can't do that, nothing changes.
 * @param onWarning is told of limits that the host can't keep, where the user accepted that
 * @throws NotFoundError; UsageError, BudgieError for what `run` would refuse too
 */
export async function updateContainer(
  engine: Engine,
  name: string,
  { onWarning, ...changes }: ContainerChanges & { onWarning?: (message: string) => void },
): Promise<void> {
  const { id } = findRecord(readState(engine.paths), name);
  using changeLock = await lockForChange(engine.paths, id);
  const record: ContainerRecord | undefined = readState(engine.paths).containers[id];
  if (!changeLock || !record) throw new NotFoundError("container", name);
  const options = changedOptions(record, changes);
  const limits = { before: liveLimits(record.options), after: liveLimits(options, onWarning) };
  const isLive = hasValues(changes.resources) && isUp(observe(engine.paths, record));
  if (isLive) await applyLimits(engine, record, limits);
  try {
    transaction(engine.paths, (state) => {
      if (!state.containers[id]) throw new NotFoundError("container", name);
      state.containers[id].options = options;
    });
  } catch (error) {
    const { before, after } = limits;
    if (isLive) await setLimits(engine, record, limitsToRestore(before, after)).catch(ignoreFacts);
    throw error;
  }
  recordContainerEvent(engine.paths, record, "update");
}

function changedOptions(record: ContainerRecord, changes: ContainerChanges): ContainerOptions {
  const { options } = record;
  const { restartPolicy = options.restartPolicy } = changes;
  if (options.autoRemove && restartPolicy.name !== "no") {
    throw new UsageError(`Cannot use --restart for '${record.name}': it is removed when it ends (--rm)`);
  }
  return { ...options, restartPolicy, resources: mergeResources(options.resources, changes.resources) };
}

/** The newer words, and those of the older ones that they do not replace: --cpus means a quota and a period. */
export function mergeResources(before: ResourceOptions, changes: ResourceOptions): ResourceOptions {
  const kept = { ...before };
  if (changes.nanoCpus !== undefined) {
    delete kept.cpuQuota;
    delete kept.cpuPeriod;
  }
  if (changes.cpuQuota !== undefined || changes.cpuPeriod !== undefined) delete kept.nanoCpus;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...kept, ...Object.fromEntries(given) };
}

type LiveLimits = Omit<SpecResources, "devices">;

/** All limits, not only those that change: a runtime takes what is missing for 0 when it writes its own state. */
function liveLimits(options: ContainerOptions, onWarning?: (message: string) => void): LiveLimits {
  const { limits } = settleOptions(options, hostFacts(), onWarning);
  const isUnlimited = options.resources.pidsLimit === -1; // nothing to say at a start, but now
  return isUnlimited ? { ...limits, pids: NO_LIMITS.pids } : limits;
}

/** A runtime that fails at one limit, as crun, has set those before it: they are set back. */
async function applyLimits(
  engine: Engine,
  record: ContainerRecord,
  { before, after }: { before: LiveLimits; after: LiveLimits },
): Promise<void> {
  try {
    await setLimits(engine, record, after);
  } catch (error) {
    await setLimits(engine, record, limitsToRestore(before, after)).catch(ignoreFacts);
    throw error;
  }
}

async function setLimits(engine: Engine, record: ContainerRecord, limits: LiveLimits): Promise<void> {
  await commandRuntime(engine, record, {
    verb: "update",
    args: (globals, files) => {
      Deno.writeTextFileSync(files.resources, JSON.stringify(limits), { mode: 0o600 });
      return updateArgs(record.id, globals, { resourcesFile: files.resources });
    },
  });
}

/** What the kernel has where nobody set a limit; crun 1.8.1 does not take -1 for the number of processes. */
const NO_LIMITS = {
  memory: { limit: -1, reservation: -1, swap: -1 },
  cpu: { shares: 1024, quota: -1, period: 100_000 },
  pids: { limit: 4_194_304 }, // PID_MAX_LIMIT (linux/threads.h)
};

/** `before`, and no limit where only `after` has one. */
function limitsToRestore(before: LiveLimits, after: LiveLimits): LiveLimits {
  const restored: Record<string, Record<string, unknown>> = {};
  for (const [group, limits] of Object.entries(after)) {
    const known: Record<string, unknown> = {
      ...NO_LIMITS[group as keyof typeof NO_LIMITS],
      ...before[group as keyof LiveLimits],
    };
    restored[group] = Object.fromEntries(Object.keys(limits ?? {}).map((name) => [name, known[name]]));
  }
  return { ...before, ...restored };
}

function hasValues(resources: ResourceOptions): boolean {
  return Object.values(resources).some((value) => value !== undefined);
}

function ignoreFacts(error: unknown): void {
  if (!(error instanceof BudgieError)) throw error;
}
