/** Being told by the kernel when containers log, start and end. */
import { CHANGES, type OnFileEvent, watchFile } from "../../linux/inotify.ts";
import { SystemError } from "../../linux/libc.ts";
import type { StorePaths } from "../../store/paths.ts";
import { containerFiles } from "../container_files.ts";
import { rotatedLog } from "./log_file.ts";

export interface WatchOptions<Value> {
  /** the container's log has grown, or was rotated */
  onWritten(value: Value): void;
  /** it may have started, ended, or been removed, or the daemon tells something else of it */
  onChanged(): void;
}

/**
 * Watches containers until disposed of. Events may get lost when there are many: whoever waits for one has to
 * look again from time to time.
 * @param containers what to give back for each ID
 */
export function watchLogs<Value>(
  paths: StorePaths,
  containers: ReadonlyMap<string, Value>,
  options: WatchOptions<Value>,
): AsyncDisposable {
  const watching = new AsyncDisposableStack();
  const watch = (folder: string, onPath: (path: string | undefined) => void) => {
    const watcher = watchFolder(folder, (name) => onPath(name && `${folder}/${name}`));
    if (watcher) watching.use(watcher);
  };
  for (const [id, value] of containers) {
    const { directory, log, pid, exit, error } = containerFiles(paths, id);
    watch(directory, (path) => {
      if (path === undefined || path === log || path === rotatedLog(log, 1)) options.onWritten(value);
      if (path === undefined || [pid, exit, error].includes(path)) options.onChanged();
    });
  }
  watch(paths.supervision, () => options.onChanged());
  return watching;
}

/** undefined when it is gone. */
function watchFolder(folder: string, onEvent: OnFileEvent): AsyncDisposable | undefined {
  try {
    return watchFile(folder, CHANGES, onEvent);
  } catch (error) {
    if (error instanceof SystemError && error.code === "ENOENT") return undefined;
    throw error;
  }
}
