/** What the user's words mean on this host, as far as the image has no say in it. */
import type { SpecRlimit } from "../../oci/runtime_spec.ts";
import { UsageError } from "../base/errors.ts";
import type { ContainerOptions, MountOption } from "../store/container.ts";
import { grantedCapabilities } from "./capabilities.ts";
import type { HostFacts } from "./host_facts.ts";
import { normalisePath } from "../base/plain_path.ts";
import { containerLimits, type Limits, type UnenforcedLimitError } from "./resources.ts";
import { processRlimits } from "./rlimits.ts";
import { parseSecurityOptions, type SecurityOptions } from "./security_options.ts";
import { containerSysctls } from "./sysctls.ts";

/** Ready for config.json. */
export interface SettledOptions {
  security: SecurityOptions;
  /** bounding set */
  capabilities: string[];
  limits: Limits;
  rlimits: SpecRlimit[];
  sysctls: Record<string, string>;
}

/**
 * Cheap and without effects: called before a container is created, to refuse what could never start, and again
 * at each start, for the host may have changed.
 *
 * @param onWarning is told of limits that the host can't keep, where the user accepted that
 * @throws UsageError, BudgieError for options that are wrong, or can't be had on this host
 */
export function settleOptions(
  options: ContainerOptions,
  host: HostFacts,
  onWarning: (message: string) => void = () => {},
): SettledOptions {
  const onUnenforced = (error: UnenforcedLimitError) => {
    if (!options.allowUnenforcedLimits) throw error;
    onWarning(error.message);
  };
  checkHostname(options.hostname);
  checkMountTargets(options.mounts);
  return {
    security: parseSecurityOptions(options.securityOpt),
    capabilities: grantedCapabilities(
      { add: options.capAdd, drop: options.capDrop, privileged: options.privileged },
      host.capabilities,
    ),
    limits: containerLimits(options.resources, host.cgroup, onUnenforced),
    rlimits: processRlimits(options.ulimits, host),
    sysctls: containerSysctls(options.sysctls, options.network),
  };
}

/** HOST_NAME_MAX of Linux (hostname(7)). A blank would also break the lines of /etc/hosts. */
const HOSTNAME = /^(?=.{1,64}$)[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/;

function checkHostname(hostname: string | undefined): void {
  if (hostname === undefined || HOSTNAME.test(hostname)) return;
  throw new UsageError(`Cannot use '${hostname}' as the hostname`, {
    hint: "Use up to 64 letters, digits, '-' and '.', with a letter or a digit at both ends",
  });
}

function checkMountTargets(mounts: readonly MountOption[]): void {
  const seen = new Set<string>();
  for (const { target } of mounts) {
    const path = normalisePath(target);
    if (path === "/") throw new UsageError("Cannot mount on '/': that is the whole root file system");
    if (seen.has(path)) throw new UsageError(`Cannot mount two things on '${target}'`);
    seen.add(path);
  }
}
