/**
 * config.json of a bundle (OCI runtime-spec v1.1, config.md and config-linux.md): the part that budgie writes.
 * Fields keep the specification's spelling.
 */

/** config.md, the whole file. */
export interface RuntimeSpec {
  ociVersion: string;
  process: SpecProcess;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  mounts: SpecMount[];
  linux: SpecLinux;
  annotations?: Record<string, string>;
}

/** config.md, "Process". */
export interface SpecProcess {
  terminal?: boolean;
  /** characters; only with a terminal */
  consoleSize?: { height: number; width: number };
  user: { uid: number; gid: number; additionalGids?: number[] };
  args: string[];
  /** `NAME=value` */
  env: string[];
  cwd: string;
  capabilities?: SpecCapabilities;
  rlimits?: SpecRlimit[];
  noNewPrivileges?: boolean;
  apparmorProfile?: string;
  oomScoreAdj?: number;
}

/** config.md, "Linux Process": names as CAP_CHOWN. */
export interface SpecCapabilities {
  bounding: string[];
  effective: string[];
  permitted: string[];
  inheritable: string[];
  ambient: string[];
}

/** config.md, "POSIX process": `type` as RLIMIT_NOFILE. */
export interface SpecRlimit {
  type: string;
  soft: number;
  hard: number;
}

/** config.md, "Mounts". */
export interface SpecMount {
  destination: string;
  type: string;
  source: string;
  options: string[];
}

/** config-linux.md. */
export interface SpecLinux {
  namespaces: { type: NamespaceType; path?: string }[];
  devices?: SpecDevice[];
  cgroupsPath: string;
  resources: SpecResources;
  sysctl?: Record<string, string>;
  seccomp?: SpecSeccomp;
  rootfsPropagation?: "shared" | "rslave";
  maskedPaths?: string[];
  readonlyPaths?: string[];
}

/** config-linux.md, "Namespaces". */
export type NamespaceType = "pid" | "network" | "mount" | "ipc" | "uts" | "cgroup";

/** config-linux.md, "Devices": c, b, or p for a FIFO. */
export interface SpecDevice {
  type: "c" | "b" | "p";
  path: string;
  major: number;
  minor: number;
  /** permission bits */
  fileMode: number;
  uid: number;
  gid: number;
}

/** config-linux.md, "Control groups". Values are those of cgroup v1; the runtime converts for v2. */
export interface SpecResources {
  devices: SpecDeviceRule[];
  memory?: { limit?: number; reservation?: number; swap?: number };
  cpu?: { shares?: number; quota?: number; period?: number; cpus?: string; mems?: string };
  pids?: { limit: number };
  blockIO?: { weight?: number };
}

/** config-linux.md, "Allowed Device list": later rules win; no type or number means any. */
export interface SpecDeviceRule {
  allow: boolean;
  type?: "a" | "c" | "b";
  major?: number;
  minor?: number;
  access: string;
}

/** config-linux.md, "Seccomp". */
export interface SpecSeccomp {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures: string[];
  flags?: string[];
  listenerPath?: string;
  listenerMetadata?: string;
  syscalls: SpecSyscallRule[];
}

/** One rule of a seccomp filter: all `args` must hold. */
export interface SpecSyscallRule {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: SpecSyscallArgument[];
}

/** For SCMP_CMP_MASKED_EQ `value` is the mask and `valueTwo` what must remain. */
export interface SpecSyscallArgument {
  index: number;
  value: number;
  valueTwo?: number;
  op: string;
}
