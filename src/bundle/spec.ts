/** config.json as a value, from inputs that are all settled: nothing of the machine is looked at here. */
import type {
  NamespaceType,
  RuntimeSpec,
  SpecMount,
  SpecResources,
  SpecRlimit,
  SpecSeccomp,
} from "../../oci/runtime_spec.ts";
import type { NetworkMode } from "../store/container.ts";
import { capabilitySets } from "./capabilities.ts";
import type { ContainerDevices } from "./devices.ts";
import { nameOf } from "./execution_config.ts";
import type { Limits } from "./resources.ts";
import type { ResolvedUser } from "./user.ts";

/** The version whose fields are used; runc 1.1 and crun 1.8 take it. */
const OCI_VERSION = "1.0.2";

/** Everything that config.json is made of. */
export interface SpecInputs {
  id: string;
  args: string[];
  /** of image and user, `NAME=value` */
  environment: string[];
  workdir: string;
  user: ResolvedUser;
  hostname: string;
  tty: boolean;
  consoleSize?: { height: number; width: number };
  /** bounding set */
  capabilities: string[];
  noNewPrivileges: boolean;
  apparmorProfile?: string;
  seccomp?: SpecSeccomp;
  rlimits: SpecRlimit[];
  oomScoreAdj?: number;
  readOnly: boolean;
  /** destinations are safe */
  mounts: SpecMount[];
  devices: ContainerDevices;
  limits: Limits;
  sysctls: Record<string, string>;
  network: NetworkMode;
  /** one that was made before, to be joined */
  networkNamespacePath?: string;
  cgroupVersion: 1 | 2;
  /** of /proc and /sys */
  maskedPaths: string[];
  readonlyPaths: string[];
}

/** OCI runtime-spec config.md and config-linux.md, with docker's choices where the standard leaves one. */
export function buildSpec(inputs: SpecInputs): RuntimeSpec {
  const { user, tty } = inputs;
  return {
    ociVersion: OCI_VERSION,
    process: {
      terminal: tty,
      consoleSize: tty ? inputs.consoleSize : undefined,
      user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
      args: inputs.args,
      env: processEnvironment(inputs),
      cwd: inputs.workdir,
      capabilities: capabilitySets(inputs.capabilities, user.uid),
      rlimits: inputs.rlimits,
      noNewPrivileges: inputs.noNewPrivileges,
      apparmorProfile: inputs.apparmorProfile,
      oomScoreAdj: inputs.oomScoreAdj,
    },
    root: { path: "merged", readonly: inputs.readOnly },
    hostname: inputs.hostname,
    mounts: inputs.mounts,
    linux: {
      namespaces: namespaces(inputs),
      devices: inputs.devices.nodes,
      cgroupsPath: `/budgie/${inputs.id}`,
      resources: resources(inputs),
      sysctl: inputs.sysctls,
      seccomp: inputs.seccomp,
      rootfsPropagation: rootfsPropagation(inputs.mounts),
      maskedPaths: inputs.maskedPaths,
      readonlyPaths: inputs.readonlyPaths,
    },
  };
}

// Docker's order: what the engine knows first, then the image and the user, who may say something else.
function processEnvironment({ environment, hostname, tty, user }: SpecInputs): string[] {
  const given = new Set(environment.map(nameOf));
  const own = [`HOSTNAME=${hostname}`, ...(tty ? ["TERM=xterm"] : []), `HOME=${user.home}`];
  return [...own.filter((variable) => !given.has(nameOf(variable))), ...environment];
}

function namespaces({ network, networkNamespacePath, cgroupVersion }: SpecInputs) {
  const types: NamespaceType[] = ["mount", "uts", "pid", "ipc"];
  // On v1 the container sees its own part of each hierarchy without it, and docker does not make one there.
  if (cgroupVersion === 2) types.push("cgroup");
  const own = types.map((type): { type: NamespaceType; path?: string } => ({ type }));
  return network === "host" ? own : [...own, { type: "network" as const, path: networkNamespacePath }];
}

function resources({ devices, limits }: SpecInputs): SpecResources {
  return { devices: devices.rules, ...limits };
}

// What is mounted on the host later reaches a slave or shared mount only if the rootfs does not cut it off.
function rootfsPropagation(mounts: SpecMount[]): "shared" | "rslave" | undefined {
  const options = new Set(mounts.flatMap((mount) => mount.options));
  if (options.has("shared") || options.has("rshared")) return "shared";
  return options.has("slave") || options.has("rslave") ? "rslave" : undefined;
}
