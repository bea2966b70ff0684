/** From the words of a command line to what the engine creates. */
import { UsageError } from "../../base/errors.ts";
import { parseSignal } from "../../base/signals.ts";
import { checkNetworkOptions } from "../../engine/network/network_choice.ts";
import type { ContainerOptions, RestartPolicy } from "../../store/container.ts";
import type { ContainerFlags } from "./container_flags.ts";
import { collectEnvironment } from "./environment.ts";
import { healthOption } from "./health.ts";
import { logOption } from "./log_options.ts";
import { absolutePath } from "./mount_parts.ts";
import { networkOptions } from "./network_flags.ts";
import { checkWorkdir } from "./workdir.ts";
import { readLabelFile } from "./key_value.ts";
import { resourceOptions } from "./resource_flags.ts";
import { secretOptions } from "./secret.ts";

/**
 * Everything said with flags about a container of `image`; files that flags name are read here. What flags mean
 * together, and on this host, is for `settleOptions` of the bundle to judge.
 * @throws UsageError; BudgieError for a file that can't be read
 */
export function containerOptions(image: string, command: string[], flags: ContainerFlags): ContainerOptions {
  const options: ContainerOptions = {
    // An empty word is docker's way to say "not given", where a variable of a script is empty.
    name: flags.name || undefined,
    image,
    platform: flags.platform || undefined,
    pull: flags.pull,
    entrypoint: flags.entrypoint === undefined
      ? undefined
      : flags.entrypoint === ""
      ? []
      : [flags.entrypoint],
    command: command.length > 0 ? command : undefined,
    workdir: flags.workdir ? checkWorkdir(flags.workdir) : undefined,
    user: flags.user || undefined,
    groupAdd: flags.groupAdd,
    hostname: flags.hostname || undefined,
    environment: collectEnvironment(flags.env, flags.envFile, Deno.env.toObject()),
    labels: Object.fromEntries([...flags.labelFile.flatMap(readLabelFile), ...flags.label]),
    mounts: [...flags.volume, ...flags.mount, ...flags.tmpfs],
    readOnly: flags.readOnly,
    capAdd: flags.capAdd,
    capDrop: flags.capDrop,
    privileged: flags.privileged,
    securityOpt: flags.securityOpt.map(withAbsoluteProfile),
    devices: flags.device,
    ulimits: [...new Map(flags.ulimit.map((limit) => [limit.name, limit])).values()], // the last word counts
    sysctls: Object.fromEntries(flags.sysctl),
    shmSizeBytes: flags.shmSize || undefined,
    init: flags.init,
    resources: resourceOptions(flags),
    allowUnenforcedLimits: flags.allowUnenforcedLimits,
    ...networkOptions(flags),
    secrets: secretOptions(flags.secret),
    tty: flags.tty,
    stdinOpen: flags.interactive,
    stopSignal: flags.stopSignal ? checkSignal(flags.stopSignal) : undefined,
    stopTimeoutSeconds: flags.stopTimeout,
    autoRemove: flags.rm,
    restartPolicy: restartPolicy(flags),
    healthcheck: healthOption(flags),
    dependsOn: [],
    log: logOption(flags),
  };
  checkNetworkOptions(options);
  return options;
}

function restartPolicy({ restart, rm }: ContainerFlags): RestartPolicy {
  const policy = restart ?? { name: "no", maximumRetryCount: 0 };
  if (rm && policy.name !== "no") {
    throw new UsageError("Cannot use --rm with --restart: conflicting options", {
      hint: "Leave one of them out: what is removed at its end can't be started again",
    });
  }
  return policy;
}

function checkSignal(text: string): string {
  parseSignal(text);
  return text;
}

// The container may be started again from another directory.
function withAbsoluteProfile(option: string): string {
  const [, file] = /^seccomp[=:](.+)$/.exec(option) ?? [];
  if (file === undefined || file === "unconfined" || file === "builtin" || file.startsWith("{")) {
    return option;
  }
  return `seccomp=${absolutePath(file, Deno.cwd())}`;
}
