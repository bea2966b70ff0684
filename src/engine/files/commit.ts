/** `commit`: an image of what a container wrote, above the image that it was made of. */
import type { ExecutionConfig, ImageHealthcheck } from "../../../oci/image.ts";
import { exists } from "../../base/optional_file.ts";
import { writeTar } from "../../base/tar/writer.ts";
import { mergeExecutionConfig } from "../../bundle/execution_config.ts";
import { applyChanges } from "../../image/change.ts";
import { commitImage } from "../../image/commit.ts";
import { upperEntries } from "../../image/layer/upper_entries.ts";
import { RootedDirectory } from "../../linux/rooted_directory.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { recordContainerEvent } from "../../store/events.ts";
import { readState } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import { holdStopped } from "./container_root.ts";
import type { Engine } from "../engine.ts";
import { freeze } from "../cgroup/freeze.ts";
import { healthcheckOf } from "../policy/healthcheck.ts";
import { findRecord } from "../list.ts";
import { mountStubs } from "./mount_stubs.ts";
import { observe } from "../observe.ts";
import { treeWarnings } from "./tree_warnings.ts";

export interface CommitContainerOptions {
  /** name or name:tag; undefined: the image has an ID only */
  reference?: string;
  author?: string;
  message?: string;
  /** Dockerfile instructions */
  changes: readonly string[];
  /** stop a running container's processes meanwhile */
  pause: boolean;
  /** is told of what is not in the image as it was in the container */
  onWarning: (message: string) => void;
  signal?: AbortSignal;
}

/** What is mounted in the container is not part of it, as in docker. @returns the image's ID. @throws BudgieError */
export async function commitContainer(
  engine: Engine,
  name: string,
  options: CommitContainerOptions,
): Promise<string> {
  const record = findRecord(readState(engine.paths), name);
  const config = applyChanges(configOf(record, options.onWarning), options.changes);
  using _still = await holdStill(engine, record, options);
  const image = await commitImage(engine.paths, changesOf(engine, record, options), {
    base: record.imageId,
    reference: options.reference,
    config,
    createdBy: mergeExecutionConfig(record.options, record.image).args.join(" "),
    author: options.author,
    comment: options.message,
    signal: options.signal,
  });
  recordContainerEvent(engine.paths, record, "commit", options.message ? { comment: options.message } : {});
  return image.id;
}

/** One that does not run is kept from being started, one that runs stands still, if that is wanted. */
async function holdStill(
  engine: Engine,
  record: ContainerRecord,
  { pause, signal }: CommitContainerOptions,
): Promise<Disposable | undefined> {
  const stopped = await holdStopped(engine, record);
  if (stopped || !pause) return stopped;
  return await freeze(observe(engine.paths, record).pid, { signal });
}

/** The tar of the new layer. */
async function* changesOf(
  engine: Engine,
  record: ContainerRecord,
  { onWarning }: CommitContainerOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const { upper } = containerFiles(engine.paths, record.id);
  if (!exists(upper)) return yield* writeTar([]); // it was never started
  using directory = new RootedDirectory(upper);
  using start = directory.open("/")!;
  const entries = upperEntries(start.fd, {
    leaveOut: mountStubs(engine, record.id),
    ...treeWarnings(onWarning),
  });
  yield* writeTar(entries);
}

/** The defaults of the new image: what this container was run with. */
function configOf(record: ContainerRecord, onWarning: (message: string) => void): ExecutionConfig {
  const { args: _, ...config } = mergeExecutionConfig(record.options, record.image);
  return {
    ...config,
    User: config.User || undefined,
    Entrypoint: config.Entrypoint?.length ? config.Entrypoint : undefined,
    Healthcheck: imageHealthcheck(record, onWarning),
  };
}

const NANOSECONDS_PER_MS = 1e6;

function imageHealthcheck(
  record: ContainerRecord,
  onWarning: (message: string) => void,
): ImageHealthcheck | undefined {
  const { options: { healthcheck }, image } = record;
  if (!healthcheck) return image.config?.Healthcheck;
  const check = healthcheckOf(record);
  if (!check) return { Test: ["NONE"] };
  if (check.probe.type !== "command") {
    onWarning(`an image can't hold a health check by ${check.probe.type}: it was left out`);
    return undefined;
  }
  return {
    Test: check.probe.test,
    Interval: check.intervalMs * NANOSECONDS_PER_MS,
    Timeout: check.timeoutMs * NANOSECONDS_PER_MS,
    StartPeriod: check.startPeriodMs * NANOSECONDS_PER_MS,
    StartInterval: check.startIntervalMs * NANOSECONDS_PER_MS,
    Retries: check.retries,
  };
}
