/** From a checked .bun file to what the engine creates. */
import type { BunFile } from "../bunfile/bun_file.ts";
import type {
  ContainerOptions,
  HealthcheckOption,
  MountOption,
  ProbeOption,
  SecretOption,
} from "../store/container.ts";
import type { NetworkOption, PortOption } from "../store/network.ts";
import { inNetwork, type NetworkChoice } from "./network/network_choice.ts";
import type { Scale } from "./together/scale.ts";

const NANO = 1e9;

/** Of a file that says nothing else: an answer that is no error. */
const HEALTHY_STATUS = { from: 200, to: 399 };

/**
 * The container that a .bun file describes. What the file asks for and budgie can't do yet is not looked at
 * here: `unsupportedKeys` names it, and whoever runs the file has to refuse it first.
 */
export function bunOptions(
  bun: BunFile,
  defaults: Pick<ContainerOptions, "log"> & NetworkChoice,
): ContainerOptions {
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
    ...networkChoice(bun, defaults),
    ports: bun.ports.map(portOption),
    publishAll: false,
    expose: bun.expose,
    dns: bun.dns,
    dnsSearch: bun.dns_search,
    dnsOptions: bun.dns_options,
    extraHosts: bun.extra_hosts,
    allowHost: bun.allow_host,
    secrets: bun.secrets.map(secretOption),
    tty: bun.tty,
    stdinOpen: bun.stdin_open,
    stopSignal: bun.stop_signal,
    // Part of a second is no less time than was asked for.
    stopTimeoutSeconds: bun.stop_timeout === undefined ? undefined : Math.ceil(bun.stop_timeout / 1000),
    autoRemove: false,
    restartPolicy: bun.restart_policy,
    healthcheck: bun.healthcheck && healthcheckOption(bun.healthcheck, bun.ports[0]?.container_port),
    dependsOn: bun.depends_on,
    log: {
      maxSizeBytes: bun.log.max_size ?? defaults.log.maxSizeBytes,
      maxFiles: bun.log.max_files ?? defaults.log.maxFiles,
    },
    bunFile: bun.source.path,
    bunDocument: bun.source.document,
  };
}

/** How many containers it describes; undefined: one, with the name as it is. */
export function bunScale({ scale, balance }: BunFile): Scale | undefined {
  return scale === undefined ? undefined : { count: scale, method: balance ?? "round-robin" };
}

function networkChoice({ network, networks }: BunFile, defaults: NetworkChoice): NetworkChoice {
  if (networks.length > 0) return { network: "networks", networks: networks.map(networkOption) };
  if (network === undefined) return { network: defaults.network, networks: defaults.networks };
  if (network === "none" || network === "host") return { network, networks: [] };
  const [, container] = /^container:(.+)$/.exec(network) ?? [];
  if (container !== undefined) return { network: "container", networks: [], networkContainer: container };
  return { network: "networks", networks: [inNetwork(network)] };
}

function networkOption({ name, ip, mac_address, aliases }: BunFile["networks"][number]): NetworkOption {
  return { name, addresses: ip, macAddress: mac_address, aliases };
}

function portOption(port: BunFile["ports"][number]): PortOption {
  return {
    containerPort: port.container_port,
    protocol: port.protocol,
    hostPort: port.host_port,
    hostIp: port.host_ip,
    reach: port.publish,
  };
}

function secretOption({ target, ...secret }: BunFile["secrets"][number]): SecretOption {
  return { ...secret, target: target ?? secret.source };
}

// As with `-v`, a missing folder of the host is made.
function volumeMount(volume: BunFile["volumes"][number]): MountOption {
  return volume.type === "bind" ? { ...volume, createSource: true } : volume;
}

function tmpfsMount(tmpfs: BunFile["tmpfs"][number]): MountOption {
  return { type: "tmpfs", source: "", ...tmpfs };
}

type BunHealthcheck = NonNullable<BunFile["healthcheck"]>;

function healthcheckOption(check: BunHealthcheck, firstPort: number | undefined): HealthcheckOption {
  return {
    probe: probeOption(check, firstPort),
    intervalMs: check.interval,
    timeoutMs: check.timeout,
    retries: check.retries,
    startPeriodMs: check.start_period,
    startIntervalMs: check.start_interval,
    onUnhealthy: check.on_unhealthy,
  };
}

/** The schema lets exactly one of the ways through. */
function probeOption(check: BunHealthcheck, firstPort: number | undefined): ProbeOption {
  const { path, port = firstPort, scheme, expect, tcp, command } = check;
  if (command) return { type: "command", test: command };
  if (tcp !== undefined) return { type: "tcp", port: tcp };
  if (path === undefined) return { type: "none" };
  return { type: "http", path, port, scheme, status: expect?.status ?? HEALTHY_STATUS, body: expect?.body };
}
