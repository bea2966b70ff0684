/** A container as it is now: what is remembered, and what was seen of it. */
import type { ExecutionConfig } from "../../oci/image.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { Endpoint, NetworkRecord } from "../store/network.ts";
import type { Health, Supervision } from "../store/supervision.ts";

export interface ContainerView {
  record: ContainerRecord;
  status: "created" | "running" | "restarting" | "paused" | "exited" | "removing" | "dead";
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
  /** how often its restart policy has started it again */
  restartCount: number;
  /** with status restarting: since when, and why */
  waiting?: Supervision["waiting"];
  /** of a running container with a health check */
  health?: Health;
}

/** Its process is there, whether it may go on or not. */
export function isUp({ status }: ContainerView): boolean {
  return status === "running" || status === "paused";
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
  networks: { network: NetworkRecord; endpoint: Endpoint }[];
  /** that may be before its published ports; undefined: it was not looked for them */
  firewalls?: Firewall[];
}

/** Rules of somebody else's that let pass only what they know. */
export interface Firewall {
  /** versions of IP */
  families: (4 | 6)[];
  /** a sentence for a person */
  text: string;
}
