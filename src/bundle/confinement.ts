/** The filter and the profile that the kernel holds a container's processes to. */
import type { SpecSeccomp } from "../../oci/runtime_spec.ts";
import { BudgieError } from "../base/errors.ts";
import { apparmorIsEnabled, type HostFacts } from "./host_facts.ts";
import { resolveSeccomp } from "./seccomp_profile.ts";
import type { SecurityOptions } from "./security_options.ts";

/** What decides about the filter. */
export interface SeccompInputs {
  security: SecurityOptions;
  privileged: boolean;
  /** the bounding set */
  capabilities: readonly string[];
  /** image-spec's name */
  imageArchitecture: string;
  host: HostFacts;
}

/**
 * For linux.seccomp; undefined: no filter, because the user said so.
 * @throws BudgieError when the profile can't be read, or the kernel has no filters
 */
export async function containerSeccomp(inputs: SeccompInputs): Promise<SpecSeccomp | undefined> {
  const { security: { seccomp }, privileged, host, imageArchitecture } = inputs;
  if (seccomp === "unconfined" || (privileged && seccomp === undefined)) return undefined;
  if (!host.seccomp) {
    throw new BudgieError("Cannot confine the container: this kernel has no seccomp filters", {
      hint: "Accept it without: --security-opt seccomp=unconfined",
      exitCode: 125,
    });
  }
  const target = { ...host, imageArchitecture, capabilities: inputs.capabilities };
  if (seccomp !== undefined) {
    const { readSeccompProfile } = await import("./seccomp_file.ts");
    return resolveSeccomp(readSeccompProfile(seccomp), target);
  }
  const { defaultSeccompProfile } = await import("./seccomp_default.ts");
  return resolveSeccomp(defaultSeccompProfile(imageArchitecture), target);
}

/**
 * For process.apparmorProfile; undefined: none.
 * @throws BudgieError where AppArmor is off
 */
export function containerApparmor(
  { apparmor }: SecurityOptions,
  isEnabled: () => boolean = apparmorIsEnabled,
): string | undefined {
  if (apparmor === undefined || isEnabled()) return apparmor;
  if (apparmor === "unconfined") return undefined;
  throw new BudgieError(`Cannot use the AppArmor profile '${apparmor}': AppArmor is off on this machine`, {
    exitCode: 125,
  });
}
