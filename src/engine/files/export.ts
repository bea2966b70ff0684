/** `export`: a container's root file system as a tar archive. */
import { writeTar } from "../../base/tar/writer.ts";
import { treeEntries } from "../../linux/tree_entries.ts";
import { recordContainerEvent } from "../../store/events.ts";
import { openContainerRoot } from "./container_root.ts";
import type { Engine } from "../engine.ts";
import { treeWarnings } from "./tree_warnings.ts";

export interface ExportOptions {
  /** takes the archive, chunk by chunk; not called when there is no such container */
  write: (chunk: Uint8Array) => void;
  /** is told of what is not in the archive as it was in the container */
  onWarning: (message: string) => void;
  signal?: AbortSignal;
}

/** What is mounted in the container is not part of it, as in docker. @throws NotFoundError, BudgieError */
export async function exportContainer(engine: Engine, name: string, options: ExportOptions): Promise<void> {
  using root = await openContainerRoot(engine, name);
  using start = root.directory.open("/")!;
  const entries = treeEntries(start.fd, { name: "", ...treeWarnings(options.onWarning) });
  for await (const chunk of writeTar(entries)) {
    options.signal?.throwIfAborted();
    options.write(chunk);
  }
  recordContainerEvent(engine.paths, root.record, "export");
}
