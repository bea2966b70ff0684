/** The `HostConfig` of docker's `inspect`: what was asked of the host. */
import { goMap } from "../../base/template/value.ts";
import type { ContainerOptions, LogOption, MountOption } from "../../store/container.ts";
import type { PortOption } from "../../store/network.ts";

/** Every field of docker's that budgie has a value for; the others are docker's own "nothing". */
export function hostConfig(options: ContainerOptions) {
  const { resources } = options;
  return {
    Binds: bindsOf(options.mounts),
    ContainerIDFile: "",
    LogConfig: logConfig(options.log),
    NetworkMode: networkMode(options),
    PortBindings: portBindings(options.ports),
    RestartPolicy: {
      Name: options.restartPolicy.name,
      MaximumRetryCount: options.restartPolicy.maximumRetryCount,
    },
    AutoRemove: options.autoRemove,
    CapAdd: orNull(options.capAdd),
    CapDrop: orNull(options.capDrop),
    CgroupnsMode: "private",
    Dns: options.dns,
    DnsOptions: options.dnsOptions,
    DnsSearch: options.dnsSearch,
    ExtraHosts: orNull(options.extraHosts.map(({ name, address }) => `${name}:${address}`)),
    GroupAdd: orNull(options.groupAdd),
    IpcMode: "private",
    PidMode: "",
    Privileged: options.privileged,
    PublishAllPorts: options.publishAll,
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

/** docker's word: the first network's name, or another way to have one. */
function networkMode({ network, networks, networkContainer }: ContainerOptions): string {
  if (network === "networks") return networks[0].name;
  return network === "container" ? `container:${networkContainer}` : network;
}

/** As `-p` takes them: "" is any port, or any address. */
function portBindings(ports: PortOption[]) {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { containerPort, protocol, hostIp = "", hostPort } of ports) {
    (bindings[`${containerPort}/${protocol}`] ??= []).push({ HostIp: hostIp, HostPort: rangeText(hostPort) });
  }
  return goMap(bindings);
}

function rangeText(range: PortOption["hostPort"]): string {
  if (!range) return "";
  return range.from === range.to ? String(range.from) : `${range.from}-${range.to}`;
}

/** As `--log-driver` and `--log-opt` take it. */
function logConfig({ maxSizeBytes, maxFiles }: LogOption) {
  if (maxFiles === 0) return { Type: "none", Config: goMap({}) };
  return {
    Type: "cri",
    Config: goMap({ "max-file": String(maxFiles), "max-size": shortSize(maxSizeBytes) }),
  };
}

function shortSize(bytes: number): string {
  if (bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}m`;
  return bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes);
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
