/** What the user's words mean on this host, as far as the image has no say in it. */
import type { SpecRlimit } from "../../oci/runtime_spec.ts";
import type { ContainerOptions } from "../store/container.ts";
import { grantedCapabilities } from "./capabilities.ts";
import type { HostFacts } from "./host_facts.ts";
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
