/** `diff`: what a container changed in its root file system. */
import { exists } from "../../base/optional_file.ts";
import { type Change, layerChanges } from "../../image/layer/changes.ts";
import { layerDirectory } from "../../image/layer_store.ts";
import { RootedDirectory } from "../../linux/rooted_directory.ts";
import { readState } from "../../store/state.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { findRecord } from "../list.ts";
import { mountStubs } from "./mount_stubs.ts";

/** The changes, without the empty places that things are mounted on. @throws NotFoundError */
export function diffContainer(engine: Engine, name: string): Change[] {
  const record = findRecord(readState(engine.paths), name);
  const { upper } = containerFiles(engine.paths, record.id);
  if (!exists(upper)) return []; // it was never started
  using directory = new RootedDirectory(upper);
  using start = directory.open("/")!;
  return layerChanges(start.fd, {
    layers: record.image.rootfs.diff_ids.map((diffID) => layerDirectory(engine.paths, diffID)),
    leaveOut: mountStubs(engine, record.id),
  });
}
