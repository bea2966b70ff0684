/** A new size for a container's terminal. */
import { openDescriptor } from "../../linux/file.ts";
import { SystemError } from "../../linux/libc.ts";
import { O_NOCTTY, O_NONBLOCK, O_RDWR } from "../../linux/open_flags.ts";
import { isTerminal, setWindowSize, type WindowSize } from "../../linux/terminal.ts";
import type { StorePaths } from "../../store/paths.ts";
import { containerFiles, readPid } from "../container_files.ts";
import { isProcessOf } from "../observe.ts";
import type { Pump } from "./pump.ts";

/**
 * Sets the size of the pty that the shim holds, and of the one that the runtime made inside: crun 1.8.1
 * does not pass a new size on.
 */
export function resizeTerminal(
  paths: StorePaths,
  id: string,
  pump: Pump,
  size: WindowSize | undefined,
): void {
  if (!size) return;
  pump.resize(size);
  const pid = readPid(containerFiles(paths, id).pid);
  if (!pid || !isProcessOf(pid, id)) return;
  try {
    using inner = openDescriptor(`/proc/${pid}/fd/0`, O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (isTerminal(inner.fd)) setWindowSize(inner.fd, size);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error; // it has closed its standard input
  }
}
