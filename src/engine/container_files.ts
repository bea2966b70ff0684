/** The files of one container's folder. */
import { exists } from "../base/optional_file.ts";
import { isOsError } from "../base/os_error.ts";
import type { StorePaths } from "../store/paths.ts";

const ESRCH = 3;
const ENODEV = 19;

/** All absolute. The files that the shim writes are explained in runtime/shim.ts. */
export interface ContainerFiles {
  directory: string;
  merged: string;
  upper: string;
  spec: string;
  /** the FIFOs. Apart from the files: whoever opens one takes part in it, and waits. */
  streams: string;
  out: string;
  err: string;
  /** see stream/taken.ts */
  taken: string;
  in: string;
  ack: string;
  pts: string;
  pid: string;
  /** what runc renames to `pid`, and leaves behind when it can't; it refuses to start where this is there */
  pidTemp: string;
  shimPid: string;
  /** see readExit() */
  exit: string;
  runtimeLog: string;
  /** why the last start failed, in a sentence */
  error: string;
  /** there when the kernel killed a process of the last run for want of memory */
  oom: string;
  /** CRI log lines; older ones are in `log.1` and so on */
  log: string;
  /** held by whoever drains the output */
  pumpLock: string;
  /** held while the container is started, stopped or removed */
  changeLock: string;
}

export function containerFiles(paths: Pick<StorePaths, "containers">, id: string): ContainerFiles {
  const directory = `${paths.containers}/${id}`;
  const at = (name: string) => `${directory}/${name}`;
  return {
    directory,
    merged: at("merged"),
    upper: at("upper"),
    spec: at("config.json"),
    streams: at("streams"),
    out: at("streams/out"),
    err: at("streams/err"),
    taken: at("streams/taken"),
    in: at("streams/in"),
    ack: at("streams/ack"),
    pts: at("streams/pts"),
    pid: at("pid"),
    pidTemp: at(".pid"),
    shimPid: at("shim.pid"),
    exit: at("exit"),
    runtimeLog: at("runtime.log"),
    error: at("error"),
    oom: at("oom"),
    log: at("log"),
    pumpLock: at("pump.lock"),
    changeLock: at("change.lock"),
  };
}

/** The text of a small file, trimmed; undefined when it is not there. */
export function readSmall(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    // A process that ends while its /proc file is read gives ESRCH, a cgroup that is removed ENODEV.
    if (error instanceof Deno.errors.NotFound || isOsError(error, ESRCH) || isOsError(error, ENODEV)) {
      return undefined;
    }
    throw error;
  }
}

/** The process that a runtime has written down; 0 while there is none: crun makes the file before it writes to it. */
export function readPid(path: string): number {
  return Number(readSmall(path) ?? 0);
}

/** The exit code that the shim or writeExit() noted down; undefined while there is none. */
export function readExit(files: ContainerFiles): number | undefined {
  try {
    return Number(Deno.readLinkSync(files.exit));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Replaces the exit code. */
export function writeExit(files: ContainerFiles, code: number): void {
  const temporary = `${files.exit}.new`;
  if (exists(temporary)) Deno.removeSync(temporary);
  Deno.symlinkSync(String(code), temporary);
  Deno.renameSync(temporary, files.exit);
}

/** RFC 3339 UTC time of a file's last change; undefined when it is not there. */
export function changeTime(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).mtime?.toISOString();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
