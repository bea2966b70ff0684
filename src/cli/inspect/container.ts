/** A container as docker's `inspect` shows it, with a section of budgie's own. */
import { goMap } from "../../base/template/value.ts";
import { type ContainerDetails, isUp } from "../../engine/view.ts";
import { exposedPorts } from "../listing/ports.ts";
import { ZERO_TIME } from "../output/time.ts";
import { configHealthcheck, effectiveHealthcheck, stateHealth } from "./health.ts";
import { hostConfig } from "./host_config.ts";
import { networkSettings } from "./network_settings.ts";

/** Of the `Budgie` section; raised when a field changes its meaning. */
const DATA_VERSION = 1;

/** What a container takes on the disk. */
export interface ContainerSize {
  /** bytes that the container wrote itself */
  rw: number;
  /** with those of the image */
  rootfs: number;
}

/**
 * Plain JSON in the order and spelling of docker's API ("ContainerInspect"); labels and the like are maps to
 * templates, where a missing key is no error.
 */
export function inspectContainer(details: ContainerDetails, size?: ContainerSize) {
  const { record, config } = details;
  const { options } = record;
  const exposed = exposedPorts(record);
  return {
    Id: record.id,
    Created: record.createdAt,
    Path: details.path,
    Args: details.args,
    State: stateOf(details),
    Image: record.imageId,
    // Beside config.json, from the first start on (bundle/network_files.ts).
    ResolvConfPath: `${details.bundle}/resolv.conf`,
    HostnamePath: `${details.bundle}/hostname`,
    HostsPath: `${details.bundle}/hosts`,
    LogPath: details.logPath,
    Name: `/${record.name}`,
    RestartCount: details.restartCount,
    Driver: "overlay",
    Platform: record.image.os,
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: "",
    ExecIDs: null,
    HostConfig: hostConfig(options),
    GraphDriver: {
      Data: goMap({
        LowerDir: details.lowerDirs.toReversed().join(":"),
        MergedDir: details.mergedDir,
        UpperDir: details.upperDir,
      }),
      Name: "overlay",
    },
    ...(size && { SizeRw: size.rw, SizeRootFs: size.rootfs }),
    Mounts: details.mounts.map(mountPoint),
    Config: {
      Hostname: options.hostname ?? record.id.slice(0, 12),
      Domainname: "",
      User: config.User ?? "",
      AttachStdin: options.stdinOpen,
      AttachStdout: true,
      AttachStderr: true,
      ExposedPorts: exposed.length > 0
        ? goMap(Object.fromEntries(exposed.map((port) => [port, {}])))
        : undefined,
      Tty: options.tty,
      OpenStdin: options.stdinOpen,
      StdinOnce: options.stdinOpen,
      Env: config.Env ?? [],
      Cmd: config.Cmd ?? null,
      Healthcheck: configHealthcheck(record),
      Image: options.image,
      Volumes: config.Volumes ? goMap(config.Volumes) : null,
      WorkingDir: config.WorkingDir ?? "",
      Entrypoint: config.Entrypoint?.length ? config.Entrypoint : null,
      Labels: goMap(config.Labels ?? {}),
      StopSignal: config.StopSignal,
      StopTimeout: options.stopTimeoutSeconds,
      Shell: config.Shell,
    },
    NetworkSettings: networkSettings(details),
    Budgie: {
      DataVersion: DATA_VERSION,
      BunFile: options.bunFile ?? "",
      Bundle: details.bundle,
      Runtime: record.runtime,
      Desired: record.desired,
      ImageReference: record.imageReference,
      AnonymousVolumes: record.anonymousVolumes,
      Healthcheck: effectiveHealthcheck(record),
      Firewalls: (details.firewalls ?? []).map(({ text }) => text),
      AllowHost: options.allowHost,
      Secrets: options.secrets.map(({ source, target, uid, gid, mode, env }) => {
        return { Source: source, Target: target, UID: uid, GID: gid, Mode: mode, Env: env };
      }),
      Balance: options.balance && { Group: options.balance.group, Method: options.balance.method },
      DependsOn: options.dependsOn.map(({ name, condition, restart }) => {
        return { Name: name, Condition: condition, Restart: restart };
      }),
    },
  };
}

function stateOf(details: ContainerDetails) {
  const { status, waiting } = details;
  return {
    Status: status,
    // docker counts one that will be started again as running: it can be stopped, and not removed.
    Running: isUp(details) || status === "restarting",
    Paused: status === "paused",
    Restarting: status === "restarting",
    OOMKilled: details.oomKilled,
    Dead: status === "dead",
    Pid: details.pid,
    ExitCode: waiting?.exitCode ?? details.exitCode,
    Error: waiting?.reason ?? details.error ?? "",
    StartedAt: details.startedAt ?? ZERO_TIME,
    FinishedAt: details.finishedAt ?? ZERO_TIME,
    // Undefined is known to templates, so that `{{if .State.Health}}` is no error, and left out of the JSON.
    Health: stateHealth(details),
  };
}

function mountPoint(mount: ContainerDetails["mounts"][number]) {
  return {
    Type: mount.type,
    Name: mount.name,
    Source: mount.source,
    Destination: mount.destination,
    Driver: mount.type === "volume" ? "local" : undefined,
    Mode: mount.readOnly ? "ro" : "",
    RW: !mount.readOnly,
    Propagation: mount.propagation,
  };
}
