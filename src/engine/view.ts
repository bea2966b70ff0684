/** A container as it is now: what is remembered, and what was seen of it. */
import type { ExecutionConfig } from "../../oci/image.ts";
import type { ContainerRecord } from "../store/container.ts";

export interface ContainerView {
  record: ContainerRecord;
  status: "created" | "running" | "paused" | "exited" | "removing" | "dead";
  /** of the init process; 0 when not running */
  pid: number;
  /** 0 until it has ended */
  exitCode: number;
  /** RFC 3339 UTC; undefined when it never was */
  startedAt?: string;
  finishedAt?: string;
  /** why the last start failed */
  error?: string;
  oomKilled: boolean;
}

/** What `inspect` needs beyond the view. */
export interface ContainerDetails extends ContainerView {
  /** what runs: entrypoint and command merged from image and options */
  path: string;
  args: string[];
  /** the image's configuration merged with the options, as the process got it */
  config: ExecutionConfig;
  bundle: string;
  logPath: string;
  mergedDir: string;
  upperDir: string;
  lowerDirs: string[];
  /** absolute paths of the mounts as they were resolved */
  mounts: {
    type: string;
    name?: string;
    source: string;
    destination: string;
    readOnly: boolean;
    propagation: string;
  }[];
}
