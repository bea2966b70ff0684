/** Everything about one container, for `inspect`. */
import type { SpecMount } from "../../oci/runtime_spec.ts";
import { mergeExecutionConfig } from "../bundle/execution_config.ts";
import { containerMounts } from "../bundle/volume.ts";
import { layerDirectory } from "../image/layer_store.ts";
import type { ContainerRecord, MountOption } from "../store/container.ts";
import { readState } from "../store/state.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { lastSpec } from "./last_spec.ts";
import { findRecord } from "./list.ts";
import { observe } from "./observe.ts";
import type { ContainerDetails } from "./view.ts";

/** @throws NotFoundError */
export function describeContainer(engine: Engine, name: string): ContainerDetails {
  const state = readState(engine.paths);
  const view = observe(engine.paths, findRecord(state, name));
  const { record } = view;
  const files = containerFiles(engine.paths, record.id);
  const { args, ...config } = mergeExecutionConfig(record.options, record.image);
  const written = lastSpec(files)?.mounts ?? [];
  return {
    ...view,
    path: args[0],
    args: args.slice(1),
    config,
    bundle: files.directory,
    logPath: files.log,
    mergedDir: files.merged,
    upperDir: files.upper,
    lowerDirs: record.image.rootfs.diff_ids.map((diffID) => layerDirectory(engine.paths, diffID)),
    mounts: containerMounts(record).map((mount) => describeMount(engine, mount, written)),
    networks: record.endpoints.map((endpoint) => ({ network: state.networks[endpoint.network], endpoint })),
  };
}

function describeMount(
  engine: Engine,
  mount: MountOption,
  written: SpecMount[],
): ContainerDetails["mounts"][number] {
  const isVolume = mount.type === "volume";
  return {
    type: mount.type,
    ...(isVolume ? { name: mount.source } : {}),
    source: isVolume ? `${engine.paths.volumes}/${mount.source}/_data` : mount.source,
    // Where an image has a symlink, the mount lies where that leads.
    destination: written.find(({ destination }) => destination === mount.target)?.destination ?? mount.target,
    readOnly: mount.readOnly,
    propagation: mount.type === "bind" ? mount.propagation ?? "rprivate" : "",
  };
}

/** Bytes that the container wrote itself, and those with its image. */
export function containerSize(engine: Engine, record: ContainerRecord): { rw: number; rootfs: number } {
  const rw = folderSize(containerFiles(engine.paths, record.id).upper);
  const layers = record.image.rootfs.diff_ids.map((diffID) =>
    folderSize(layerDirectory(engine.paths, diffID))
  );
  return { rw, rootfs: rw + layers.reduce((sum, size) => sum + size, 0) };
}

/** Bytes of the files in a folder and in those below it. */
export function folderSize(folder: string): number {
  let bytes = 0;
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    bytes += entry.isDirectory ? folderSize(path) : Deno.lstatSync(path).size;
  }
  return bytes;
}
