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
  /** encrypted (docs/secrets.md) */
  secrets: string;
  /** downloads and unpacking under way; never looked at by readers */
  temporary: string;
  /** flock(2) files */
  locks: string;
  /** what happened (events.ts) */
  events: string;
  run: string;
  /** the `--root` of runc and crun, one folder for each */
  runtimeRoots: string;
  /** `<id>.json`: what the daemon tells of a container (supervision.ts) */
  supervision: string;
  /** `<id>`: a container's network namespace, from before its start to its end */
  networkNamespaces: string;
  /** `<id>`: a tmpfs with the secrets of a container that runs */
  secretFiles: string;
  /** `<id>`: held by a command that wants a container's streams from the daemon */
  attach: string;
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
    secrets: `${data}/secrets`,
    temporary: `${data}/tmp`,
    locks: `${data}/locks`,
    events: `${data}/events.jsonl`,
    run,
    runtimeRoots: `${run}/runtime`,
    supervision: `${run}/supervision`,
    networkNamespaces: `${run}/netns`,
    secretFiles: `${run}/secrets`,
    attach: `${run}/attach`,
  };
}

// Two data directories on one host must not share what lies under /run.
function runDirFor(data: string): string {
  if (data === DEFAULT_DATA_DIR) return DEFAULT_RUN_DIR;
  return `${DEFAULT_RUN_DIR}/${dataDirDigest(data)}`;
}

/** 12 hex digits that tell a data directory from others, where a name of its own is needed on the host. */
export function dataDirDigest(data: string): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 12);
}
