/** The `HostConfig` of docker's `inspect`: what was asked of the host. */
import { goMap } from "../../base/template/value.ts";
import type { ContainerOptions, MountOption } from "../../store/container.ts";

/** Every field of docker's that budgie has a value for; the others are docker's own "nothing". */
export function hostConfig(options: ContainerOptions) {
  const { resources } = options;
  return {
    Binds: bindsOf(options.mounts),
    ContainerIDFile: "",
    LogConfig: { Type: "cri", Config: goMap({}) },
    NetworkMode: options.network,
    PortBindings: goMap({}),
    RestartPolicy: {
      Name: options.restartPolicy.name,
      MaximumRetryCount: options.restartPolicy.maximumRetryCount,
    },
    AutoRemove: options.autoRemove,
    CapAdd: orNull(options.capAdd),
    CapDrop: orNull(options.capDrop),
    CgroupnsMode: "private",
    Dns: [],
    DnsOptions: [],
    DnsSearch: [],
    ExtraHosts: null,
    GroupAdd: orNull(options.groupAdd),
    IpcMode: "private",
    PidMode: "",
    Privileged: options.privileged,
    PublishAllPorts: false,
    ReadonlyRootfs: options.readOnly,
    SecurityOpt: orNull(options.securityOpt),
    Tmpfs: goMap(Object.fromEntries(
      options.mounts.filter(({ type }) => type === "tmpfs").map((
        mount,
      ) => [mount.target, tmpfsOptions(mount)]),
    )),
    UTSMode: "",
    UsernsMode: "",
    ShmSize: options.shmSizeBytes ?? 64 * 1024 ** 2,
    Sysctls: goMap(options.sysctls),
    Runtime: "",
    CpuShares: resources.cpuShares ?? 0,
    Memory: resources.memoryBytes ?? 0,
    NanoCpus: resources.nanoCpus ?? 0,
    CgroupParent: "",
    BlkioWeight: resources.blkioWeight ?? 0,
    CpuPeriod: resources.cpuPeriod ?? 0,
    CpuQuota: resources.cpuQuota ?? 0,
    CpusetCpus: resources.cpusetCpus ?? "",
    CpusetMems: resources.cpusetMems ?? "",
    Devices: options.devices.map(({ hostPath, containerPath, permissions }) => ({
      PathOnHost: hostPath,
      PathInContainer: containerPath,
      CgroupPermissions: permissions,
    })),
    DeviceCgroupRules: null,
    MemoryReservation: resources.memoryReservationBytes ?? 0,
    MemorySwap: resources.memorySwapBytes ?? 0,
    MemorySwappiness: null,
    OomKillDisable: false,
    PidsLimit: resources.pidsLimit ?? null,
    Ulimits: options.ulimits.map(({ name, soft, hard }) => ({ Name: name, Hard: hard, Soft: soft })),
    Init: options.init,
  };
}

/** Mounts of the short form, as `-v` takes them. */
function bindsOf(mounts: MountOption[]): string[] | null {
  return orNull(
    mounts.filter(({ type }) => type !== "tmpfs").map(
      ({ source, target, readOnly, noCopy, propagation }) => {
        const options = [readOnly && "ro", noCopy && "nocopy", propagation].filter(Boolean).join(",");
        return [source, target, options].filter((part) => part !== "").join(":");
      },
    ),
  );
}

function tmpfsOptions({ readOnly, sizeBytes, mode }: MountOption): string {
  return [
    ...(readOnly ? ["ro"] : []),
    ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ].join(",");
}

// Go shows a list that was never filled as null.
function orNull<Item>(list: Item[]): Item[] | null {
  return list.length > 0 ? list : null;
}
