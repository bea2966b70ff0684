/** From a checked .bun file to what the engine creates. */
import type { BunFile } from "../bunfile/bun_file.ts";
import type { ContainerOptions, MountOption } from "../store/container.ts";

const NANO = 1e9;

/**
 * The container that a .bun file describes. What the file asks for and budgie can't do yet is not looked at
 * here: `unsupportedKeys` names it, and whoever runs the file has to refuse it first.
 */
export function bunOptions(bun: BunFile): ContainerOptions {
  const { image, resources } = bun;
  return {
    name: bun.name,
    image: image.docker_image,
    platform: image.platform,
    pull: image.pull_policy,
    entrypoint: image.entrypoint,
    command: image.command,
    workdir: image.workdir,
    user: bun.user,
    groupAdd: [],
    hostname: bun.hostname,
    environment: Object.entries(bun.environment).map(([name, value]) => `${name}=${value}`),
    labels: bun.labels,
    mounts: [...bun.volumes.map(volumeMount), ...bun.tmpfs.map(tmpfsMount)],
    readOnly: bun.read_only,
    capAdd: bun.cap_add,
    capDrop: bun.cap_drop,
    privileged: bun.privileged,
    securityOpt: bun.security_opt,
    devices: bun.devices,
    ulimits: bun.ulimits,
    sysctls: bun.sysctls,
    shmSizeBytes: bun.shm_size,
    init: bun.init,
    resources: {
      cpuShares: resources.cpu_shares,
      cpuQuota: resources.cpu_quota,
      cpuPeriod: resources.cpu_period,
      nanoCpus: resources.cpus === undefined ? undefined : Math.round(resources.cpus * NANO),
      cpusetCpus: resources.cpuset,
      memoryBytes: resources.memory_limit,
      memorySwapBytes: resources.memory_swap,
      memoryReservationBytes: resources.memory_reservation,
      blkioWeight: resources.blkio_weight,
      pidsLimit: resources.pids_limit,
    },
    allowUnenforcedLimits: false,
    network: bun.network === "host" ? "host" : "none",
    tty: bun.tty,
    stdinOpen: bun.stdin_open,
    stopSignal: bun.stop_signal,
    // Part of a second is no less time than was asked for.
    stopTimeoutSeconds: bun.stop_timeout === undefined ? undefined : Math.ceil(bun.stop_timeout / 1000),
    autoRemove: false,
    restartPolicy: bun.restart_policy,
    healthcheck: bun.healthcheck?.disable ? { Test: ["NONE"] } : undefined,
    bunFile: bun.source.path,
  };
}

// As with `-v`, a missing folder of the host is made.
function volumeMount(volume: BunFile["volumes"][number]): MountOption {
  return volume.type === "bind" ? { ...volume, createSource: true } : volume;
}

function tmpfsMount(tmpfs: BunFile["tmpfs"][number]): MountOption {
  return { type: "tmpfs", source: "", ...tmpfs };
}
