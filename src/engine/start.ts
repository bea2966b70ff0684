/** Starting a container: its root file system, its bundle, its FIFOs, and the shim that runs it. */
import { basename } from "node:path/posix";
import { allDone } from "../base/all_done.ts";
import { isDiskFull } from "../base/disk_full.ts";
import { BudgieError } from "../base/errors.ts";
import { failuresIn } from "../base/failures.ts";
import { exists } from "../base/optional_file.ts";
import { layerDirectory } from "../image/layer_store.ts";
import type { HostFacts } from "../bundle/host_facts.ts";
import { mountRootfs, unmountRootfs } from "../bundle/rootfs.ts";
import { writeBundle } from "../bundle/bundle.ts";
import { makeFifo } from "../linux/file.ts";
import { spawnShim } from "../runtime/shim.ts";
import type { ContainerRecord } from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import { readState } from "../store/state.ts";
import { type ContainerFiles, containerFiles, writeExit } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { nameServers, namespaceToJoin } from "./network/connected.ts";
import { connectIfAsked, disconnectIfConnected, introduceIfNeeded } from "./network/if_needed.ts";
import { networkInputs } from "./network/network_inputs.ts";
import { untilNamesAnswer } from "./network/names_ready.ts";
import {
  provideSecretsIfAsked,
  removeSecretFiles,
  secretBundle,
  secretMountsIfAsked,
} from "./secret/if_needed.ts";
import { Pump, type PumpOptions } from "./stream/pump.ts";
import type { PumpLoop } from "./stream/pump_loop.ts";
import { endShim } from "./shim_process.ts";
import { runtimeGlobals } from "./runtime_state.ts";

/** Docker's, of a container that could not be started. */
const NOT_STARTED_EXIT_CODE = 125;
/** The container's process may reopen its own output by /dev/stdout, whoever it runs as. */
const OUTPUT_FIFO_MODE = 0o622;

export interface StartOptions extends Omit<PumpOptions, "container"> {
  host: HostFacts;
  /** what has the turns of the container's streams */
  loop: PumpLoop;
}

/**
 * Starts the container and returns the pump on its streams, connected. The caller holds the change lock
 * and the pump lock. When a step fails, the earlier ones are undone.
 */
export async function startContainer(
  engine: Engine,
  record: ContainerRecord,
  options: StartOptions,
): Promise<Pump> {
  const files = containerFiles(engine.paths, record.id);
  endShim(files, record.id); // of an earlier run, if it was left behind
  removeTraces(files);
  try {
    const onStarted = () => {
      if (exists(files.pid)) recordContainerEvent(engine.paths, record, "start");
      options.onStarted?.();
    };
    return await startSteps(engine, record, files, { ...options, onStarted });
  } catch (error) {
    noteFailure(files, failuresIn(error)[0]);
    throw error;
  }
}

async function startSteps(
  engine: Engine,
  record: ContainerRecord,
  files: ContainerFiles,
  options: StartOptions,
): Promise<Pump> {
  await using undo = new AsyncDisposableStack();
  undo.defer(() => disconnectIfConnected(engine, record));
  undo.defer(() => unmountRootfs(files.directory));
  undo.defer(() => removeSecretFiles(engine.paths, record.id));
  // The packet rules are another program's work: it is done beside our own.
  await allDone([
    connectIfAsked(engine, record),
    prepareBundle(engine, record, files, options),
  ]);
  await settleNames(engine, record, options);
  makeFifos(files, record);
  const pump = undo.use(new Pump(files, options.loop, { ...options, container: record.options }));
  const shimPid = spawnShim({
    directory: files.directory,
    bundle: secretBundle(engine.paths, record.id),
    runtime: record.runtime,
    id: record.id,
    // Relative to the folder: crun takes what stands before a colon for the kind of log.
    globals: { ...runtimeGlobals(engine, record.runtime), logFile: basename(files.runtimeLog) },
    tty: record.options.tty,
    // Whoever starts it gives it its input, or it is open for those who attach later.
    stdin: !record.options.stdinOpen ? undefined : options.stdin === undefined ? "kept" : "until-closed",
  });
  await pump.connect(shimPid);
  undo.move();
  return pump;
}

/** The root file system, and what the runtime is told of it. */
async function prepareBundle(
  engine: Engine,
  record: ContainerRecord,
  files: ContainerFiles,
  { host, windowSize, onWarning }: StartOptions,
): Promise<void> {
  const { paths } = engine;
  const lowerDirs = record.image.rootfs.diff_ids.map((diffID) => layerDirectory(paths, diffID));
  mountRootfs(files.directory, lowerDirs, paths, { temporary: record.options.autoRemove });
  const spec = await writeBundle({
    record,
    image: record.image,
    directory: files.directory,
    paths,
    host,
    consoleSize: windowSize && { height: windowSize.rows, width: windowSize.columns },
    networkNamespacePath: namespaceToJoin(paths, record),
    ...networkInputs(paths, record),
    secretMounts: await secretMountsIfAsked(paths, record),
    onWarning,
  });
  await provideSecretsIfAsked(engine, record, spec);
}

/** Its first look-up of a name may come at once. */
async function settleNames(
  engine: Engine,
  record: ContainerRecord,
  { onWarning }: StartOptions,
): Promise<void> {
  if (record.options.network !== "networks") return;
  const { paths } = engine;
  const state = readState(paths);
  await introduceIfNeeded(engine, state, record);
  if (await untilNamesAnswer(nameServers(state, record))) return;
  onWarning?.(
    `'${record.name}' can't look up names: the daemon does not answer; see '${paths.data}/daemon.log'`,
  );
}

/** For `ps` and `inspect`, as of a start that the runtime refused. */
function noteFailure(files: ContainerFiles, error: unknown): void {
  if (!(error instanceof BudgieError)) return;
  try {
    Deno.writeTextFileSync(files.error, error.message);
    writeExit(files, NOT_STARTED_EXIT_CODE);
  } catch (noted) {
    if (!isDiskFull(noted) && !(noted instanceof Deno.errors.NotFound)) throw noted; // it was removed meanwhile
  }
}

/** What an earlier run of the container left. */
function removeTraces(files: ContainerFiles): void {
  const { pid, pidTemp, shimPid, exit, error, oom, runtimeLog } = files;
  const paths = new Set([pid, pidTemp, shimPid, exit, error, oom, runtimeLog]);
  for (const { name } of Deno.readDirSync(files.directory)) {
    const path = `${files.directory}/${name}`;
    if (paths.has(path)) Deno.removeSync(path);
    if (path === files.streams) Deno.removeSync(path, { recursive: true });
  }
}

function makeFifos(files: ContainerFiles, record: ContainerRecord): void {
  Deno.mkdirSync(files.streams, { mode: 0o700 });
  makeFifo(files.ack, 0o600);
  makeFifo(files.taken, 0o600);
  if (record.options.tty) return makeFifo(files.pts, 0o600);
  makeFifo(files.out, OUTPUT_FIFO_MODE);
  makeFifo(files.err, OUTPUT_FIFO_MODE);
  if (record.options.stdinOpen) makeFifo(files.in, 0o600);
}
