/** What is remembered of a container: what the user asked for, and what was settled when it was created. */
import type { Digest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image.ts";
import type { BalanceOption, Endpoint, NetworkOption, PortOption, PublishedPort } from "./network.ts";

/** One directory or file of the host, or a named volume, inside the container. */
export interface MountOption {
  /** bind: a path of the host; volume: a named volume ("" for an anonymous one); tmpfs: memory */
  type: "bind" | "volume" | "tmpfs";
  /** absolute path, volume name, or "" for tmpfs and anonymous volumes */
  source: string;
  /** absolute path in the container */
  target: string;
  readOnly: boolean;
  /** bind only; the runtime's default is rprivate */
  propagation?: "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave";
  /** tmpfs only */
  sizeBytes?: number;
  /** tmpfs only: permission bits, as 0o1777 */
  mode?: number;
  /** bind only: refuse (`--mount`) or make the directory (`-v`) when the source is missing */
  createSource?: boolean;
  /** volume only: do not copy the image's files into an empty volume */
  noCopy?: boolean;
}

/** A device node of the host, given to the container. */
export interface DeviceOption {
  hostPath: string;
  containerPath: string;
  /** of r, w and m (mknod) */
  permissions: string;
}

/** `soft` and `hard` as for setrlimit(2); -1 is unlimited. `name` is lower case without RLIMIT_: nofile. */
export interface UlimitOption {
  name: string;
  soft: number;
  hard: number;
}

/** Limits; undefined: none. */
export interface ResourceOptions {
  cpuShares?: number;
  /** microseconds in each period; -1: none */
  cpuQuota?: number;
  /** microseconds */
  cpuPeriod?: number;
  /** CPUs' worth of time, in billionths (docker's NanoCpus) */
  nanoCpus?: number;
  cpusetCpus?: string;
  cpusetMems?: string;
  memoryBytes?: number;
  /** memory and swap together, as docker counts; -1: unlimited */
  memorySwapBytes?: number;
  memoryReservationBytes?: number;
  /** 10 to 1000 */
  blkioWeight?: number;
  /** -1: unlimited */
  pidsLimit?: number;
}

/** `maximumRetryCount` only with on-failure; 0: no bound. */
export interface RestartPolicy {
  name: "no" | "always" | "on-failure" | "unless-stopped";
  maximumRetryCount: number;
}

/** How the health of a container is found out; `test` as in docker's image-spec: CMD and words, or CMD-SHELL and one. */
export type ProbeOption =
  | { type: "none" }
  | { type: "command"; test: string[] }
  | { type: "tcp"; port: number }
  | {
    type: "http";
    path: string;
    /** undefined: the first that the image exposes */
    port?: number;
    scheme: "http" | "https";
    /** of a healthy answer, both ends included */
    status: { from: number; to: number };
    /** a text that the body of a healthy answer holds */
    body?: string;
  };

/** What is undefined is the image's, and then docker's default. */
export interface HealthcheckOption {
  probe?: ProbeOption;
  intervalMs?: number;
  timeoutMs?: number;
  /** failures in a row that make a container unhealthy */
  retries?: number;
  startPeriodMs?: number;
  startIntervalMs?: number;
  /** what is done with an unhealthy container; restart: as its restart policy says */
  onUnhealthy: "restart" | "stop" | "kill" | "none";
}

/** Another container that has to be there first. */
export interface DependencyOption {
  name: string;
  /** completed: ended with exit code 0 */
  condition: "started" | "healthy" | "completed";
  /** restart this container when the other one was restarted */
  restart: boolean;
}

/** How much of its output is kept: `maxFiles` files of at most `maxSizeBytes` each; 0 files: nothing. */
export interface LogOption {
  maxSizeBytes: number;
  maxFiles: number;
}

/** A secret that the container can read. */
export interface SecretOption {
  /** its name */
  source: string;
  /** a file name in /run/secrets, or an absolute path elsewhere; undefined: no file */
  target?: string;
  /** undefined: the user that the container runs as */
  uid?: number;
  gid?: number;
  /** permission bits */
  mode: number;
  /** a variable with the value */
  env?: string;
}

/** none: loopback alone; container: that of another one; networks: those of `networks` */
export type NetworkMode = "none" | "host" | "container" | "networks";

/**
 * Everything a user can say about a container, from flags or from a .bun file: plain JSON, defaults of
 * flags filled in, nothing of the image merged yet.
 */
export interface ContainerOptions {
  /** undefined: one is made up */
  name?: string;
  /** the reference as the user wrote it */
  image: string;
  /** `linux/arm64/v8`; undefined: the host's */
  platform?: string;
  pull: "always" | "missing" | "never";
  /** undefined: the image's; `[]`: cleared */
  entrypoint?: string[];
  /** undefined: the image's Cmd (dropped when entrypoint is given) */
  command?: string[];
  workdir?: string;
  /** `user[:group]`, names or numbers */
  user?: string;
  /** further groups, names or numbers */
  groupAdd: string[];
  hostname?: string;
  /** `NAME=value`, complete: env files read, `-e NAME` resolved */
  environment: string[];
  labels: Record<string, string>;
  mounts: MountOption[];
  readOnly: boolean;
  capAdd: string[];
  capDrop: string[];
  privileged: boolean;
  /** as docker's: no-new-privileges, seccomp=…, apparmor=…, label=… , systempaths=unconfined */
  securityOpt: string[];
  devices: DeviceOption[];
  ulimits: UlimitOption[];
  sysctls: Record<string, string>;
  shmSizeBytes?: number;
  /** run a small init as PID 1 that forwards signals and reaps */
  init: boolean;
  resources: ResourceOptions;
  /** set limits only where the host has the controller, instead of refusing */
  allowUnenforcedLimits: boolean;
  network: NetworkMode;
  /** with network networks: one at least. The first has the default route, unless it is internal */
  networks: NetworkOption[];
  /** with network container: whose network it shares; its ID once the container is created */
  networkContainer?: string;
  ports: PortOption[];
  /** publish all ports that the image or `expose` names, each on a free port of the host */
  publishAll: boolean;
  /** `80/tcp` */
  expose: string[];
  /** resolvers to ask instead of the host's */
  dns: string[];
  dnsSearch: string[];
  /** as in resolv.conf(5): `ndots:2` */
  dnsOptions: string[];
  /** lines of /etc/hosts; the address may be `host-gateway` */
  extraHosts: { name: string; address: string }[];
  /** may connect to the host's own services by its gateway's address */
  allowHost: boolean;
  secrets: SecretOption[];
  /** undefined: its host ports are its own */
  balance?: BalanceOption;
  tty: boolean;
  /** keep standard input open */
  stdinOpen: boolean;
  stopSignal?: string;
  /** undefined: 10 */
  stopTimeoutSeconds?: number;
  autoRemove: boolean;
  restartPolicy: RestartPolicy;
  /** undefined: the image's */
  healthcheck?: HealthcheckOption;
  dependsOn: DependencyOption[];
  log: LogOption;
  /** the .bun file it came from, absolute */
  bunFile?: string;
  /** which of the file's documents, from 0 on */
  bunDocument?: number;
}

/** One container in state.json. Running or not is not here: that is read from the process and the exit file. */
export interface ContainerRecord {
  /** 64 hex digits */
  id: string;
  name: string;
  /** RFC 3339, UTC */
  createdAt: string;
  /** digest of the image's config */
  imageId: Digest;
  /** the normalised reference, or the image ID when it was given by ID */
  imageReference: string;
  /** the image's config without its history: with it and the layers, the container needs no tag any more */
  image: ImageConfig;
  options: ContainerOptions;
  /** absolute path of runc or crun */
  runtime: string;
  /** anonymous volumes made for it, removed with `rm -v` and `--rm`: names */
  anonymousVolumes: string[];
  /** in the order of `options.networks`, which later changes to a running container do not touch */
  endpoints: Endpoint[];
  /** as of its last start; taken only while it runs or is being started */
  published: PublishedPort[];
  /** what should be: the daemon closes the gap */
  desired: "running" | "stopped";
  /** how often a user has started it: what the daemon counted before a new one is over */
  starts: number;
}
