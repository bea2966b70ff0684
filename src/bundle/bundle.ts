/** The bundle of a container: config.json beside its mounted rootfs (OCI runtime-spec bundle.md). */
import type { ImageConfig } from "../../oci/image.ts";
import type { RuntimeSpec } from "../../oci/runtime_spec.ts";
import { RootedDirectory } from "../linux/rooted_directory.ts";
import { replaceUnsynced } from "../store/atomic_write.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { containerApparmor, containerSeccomp } from "./confinement.ts";
import { containerDevices } from "./devices.ts";
import { mergeExecutionConfig } from "./execution_config.ts";
import type { HostFacts } from "./host_facts.ts";
import { containerInit } from "./init.ts";
import { prepareDevicePaths, prepareTargets } from "./mount_targets.ts";
import { combineMounts, defaultMounts, type PlannedMount } from "./mounts.ts";
import { type ContainerNetwork, hostnameOf, writeNetworkFiles } from "./network_files.ts";
import { settleOptions } from "./settled_options.ts";
import { buildSpec } from "./spec.ts";
import { formatSpec } from "./spec_json.ts";
import { systemPaths } from "./system_paths.ts";
import { resolveUserIn } from "./user.ts";
import { planUserMounts } from "./user_mounts.ts";
import { prepareWorkdir } from "./workdir.ts";

/** What a bundle is made of. The rootfs is mounted at `<directory>/merged` already. */
export interface BundleInputs {
  record: ContainerRecord;
  image: ImageConfig;
  /** the container's own, absolute */
  directory: string;
  paths: Pick<StorePaths, "volumes" | "locks">;
  host: HostFacts;
  /** of the terminal that the container starts on */
  consoleSize?: { height: number; width: number };
  /** a network namespace that was made before; undefined: a new one, unless the network is the host's */
  networkNamespacePath?: string;
  /** of a container that is in networks */
  network?: ContainerNetwork;
  /** the container whose network this one shares, and so the files that depend on it */
  sharedWith?: { record: ContainerRecord; directory: string };
  /** of secrets: what is mounted need not be there yet */
  secretMounts?: PlannedMount[];
  /** is told of what was asked for and can't be had: limits with --allow-unenforced-limits */
  onWarning?: (message: string) => void;
}

/**
 * Makes everything that a runtime needs to start the container: volumes, mount targets inside the rootfs, the
 * files of /etc that depend on the host, and `<directory>/config.json`.
 *
 * @throws BudgieError when the container can't be started as it was described
 */
export async function writeBundle(inputs: BundleInputs): Promise<RuntimeSpec> {
  const { record, image, directory, host } = inputs;
  const { options } = record;
  const config = mergeExecutionConfig(options, image);
  const { security, ...settled } = settleOptions(options, host, inputs.onWarning);
  const devices = containerDevices(options.devices, options.privileged);
  const hostname = hostnameOf(inputs.sharedWith?.record ?? record);
  const init = options.init ? containerInit() : undefined;

  using rootfs = new RootedDirectory(`${directory}/merged`);
  const processUser = resolveUserIn(rootfs, config.User, options.groupAdd);
  const files = writeNetworkFiles(directory, {
    hostname,
    container: options,
    network: inputs.network,
    sharedWith: inputs.sharedWith?.directory,
    onWarning: inputs.onWarning,
  });
  const system = [...defaultMounts(options), ...(init ? [init.mount] : [])];
  const user = await planUserMounts(rootfs, inputs);
  const mounts = prepareTargets(
    rootfs,
    combineMounts({ system, files: [...files, ...inputs.secretMounts ?? []], user }),
  );
  const workdir = prepareWorkdir(rootfs, config.WorkingDir ?? "/", mounts);

  const spec = buildSpec({
    id: record.id,
    args: [...(init?.args ?? []), ...config.args],
    environment: config.Env ?? [],
    workdir,
    user: processUser,
    hostname,
    tty: options.tty,
    consoleSize: inputs.consoleSize,
    ...settled,
    noNewPrivileges: security.noNewPrivileges,
    apparmorProfile: containerApparmor(security),
    seccomp: await containerSeccomp({
      security,
      privileged: options.privileged,
      capabilities: settled.capabilities,
      imageArchitecture: image.architecture,
      host,
    }),
    // A daemon may be protected from the OOM killer; its containers are not to inherit that.
    oomScoreAdj: host.oomScoreAdj < 0 ? 0 : undefined,
    readOnly: options.readOnly,
    mounts,
    devices: { ...devices, nodes: prepareDevicePaths(rootfs, devices.nodes, mounts) },
    network: options.network,
    networkNamespacePath: inputs.networkNamespacePath,
    cgroupVersion: host.cgroup.version,
    ...systemPaths(options.privileged || security.unconfinedSystemPaths),
  });
  // Whoever reads it meanwhile sees that of the last start, or this one.
  replaceUnsynced(`${directory}/config.json`, formatSpec(spec));
  return spec;
}
