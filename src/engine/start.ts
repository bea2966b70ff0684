/** Starting a container: its root file system, its bundle, its FIFOs, and the shim that runs it. */
import { basename } from "node:path/posix";
import { layerDirectory } from "../image/layer_store.ts";
import type { HostFacts } from "../bundle/host_facts.ts";
import { mountRootfs, unmountRootfs } from "../bundle/rootfs.ts";
import { writeBundle } from "../bundle/bundle.ts";
import { makeFifo } from "../linux/file.ts";
import { spawnShim } from "../runtime/shim.ts";
import type { ContainerRecord } from "../store/container.ts";
import { type ContainerFiles, containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { Pump, type PumpOptions } from "./pump.ts";
import { runtimeGlobals } from "./runtime_state.ts";

/** The container's process may reopen its own output by /dev/stdout, whoever it runs as. */
const OUTPUT_FIFO_MODE = 0o622;

/**
 * Starts the container and returns the pump on its streams, connected. The caller holds the change lock
 * and the pump lock. When a step fails, the earlier ones are undone.
 */
export async function startContainer(
  engine: Engine,
  record: ContainerRecord,
  options: PumpOptions & { host: HostFacts },
): Promise<Pump> {
  const files = containerFiles(engine.paths, record.id);
  using undo = new DisposableStack();
  removeTraces(files);
  const lowerDirs = record.image.rootfs.diff_ids.map((diffID) => layerDirectory(engine.paths, diffID));
  mountRootfs(files.directory, lowerDirs, engine.paths, { temporary: record.options.autoRemove });
  undo.defer(() => unmountRootfs(files.directory));
  await writeBundle({
    record,
    image: record.image,
    directory: files.directory,
    paths: engine.paths,
    host: options.host,
    consoleSize: options.windowSize && { height: options.windowSize.rows, width: options.windowSize.columns },
  });
  makeFifos(files, record);
  const pump = undo.use(new Pump(files, options));
  const shimPid = spawnShim({
    directory: files.directory,
    runtime: record.runtime,
    id: record.id,
    // Relative to the folder: crun takes what stands before a colon for the kind of log.
    globals: { ...runtimeGlobals(engine, record.runtime), logFile: basename(files.runtimeLog) },
    tty: record.options.tty,
    stdinOpen: record.options.stdinOpen,
  });
  await pump.connect(shimPid);
  undo.move();
  return pump;
}

/** What an earlier run of the container left. */
function removeTraces(files: ContainerFiles): void {
  const names = [files.pid, files.shimPid, files.exit, files.error, files.runtimeLog];
  const paths = new Set([...names, files.out, files.err, files.in, files.ack, files.pts]);
  for (const { name } of Deno.readDirSync(files.directory)) {
    const path = `${files.directory}/${name}`;
    if (paths.has(path)) Deno.removeSync(path);
  }
}

function makeFifos(files: ContainerFiles, record: ContainerRecord): void {
  makeFifo(files.ack, 0o600);
  if (record.options.tty) return makeFifo(files.pts, 0o600);
  makeFifo(files.out, OUTPUT_FIFO_MODE);
  makeFifo(files.err, OUTPUT_FIFO_MODE);
  if (record.options.stdinOpen) makeFifo(files.in, 0o600);
}
