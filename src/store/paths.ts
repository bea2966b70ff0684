/** Where everything lies (docs/architecture.md, "On disk"). */
import { createHash } from "node:crypto";
import { resolve } from "node:path/posix";

export const DEFAULT_DATA_DIR = "/var/lib/budgie";
const DEFAULT_RUN_DIR = "/run/budgie";

/** All paths are absolute. What is under `run` is gone after a reboot. */
export interface StorePaths {
  data: string;
  /** containers, networks, volumes: one JSON file, changed in transactions */
  state: string;
  /** an OCI image layout */
  images: string;
  /** unpacked layers, `<first 24 hex digits of the diffID>` each */
  layers: string;
  /** `<id>/`: bundle, upper, work, merged, FIFOs, pid, exit, log */
  containers: string;
  /** named volumes */
  volumes: string;
  /** downloads and unpacking under way; never looked at by readers */
  temporary: string;
  /** flock(2) files */
  locks: string;
  run: string;
  /** the `--root` of runc and crun, one folder for each */
  runtimeRoots: string;
}

/** The paths below `BUDGIE_DATA_DIR` and `BUDGIE_RUN_DIR`, or below the defaults. */
export function storePaths(env: { get(name: string): string | undefined } = Deno.env): StorePaths {
  const data = resolve(env.get("BUDGIE_DATA_DIR") || DEFAULT_DATA_DIR);
  const run = resolve(env.get("BUDGIE_RUN_DIR") || runDirFor(data));
  return {
    data,
    state: `${data}/state.json`,
    images: `${data}/images`,
    layers: `${data}/layers`,
    containers: `${data}/containers`,
    volumes: `${data}/volumes`,
    temporary: `${data}/tmp`,
    locks: `${data}/locks`,
    run,
    runtimeRoots: `${run}/runtime`,
  };
}

// Two data directories on one host must not share what lies under /run.
function runDirFor(data: string): string {
  if (data === DEFAULT_DATA_DIR) return DEFAULT_RUN_DIR;
  return `${DEFAULT_RUN_DIR}/${createHash("sha256").update(data).digest("hex").slice(0, 12)}`;
}
