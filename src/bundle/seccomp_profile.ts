/** The shape of a seccomp profile with conditions, and its resolution for one machine and one container. */
import type { SpecSeccomp, SpecSyscallRule } from "../../oci/runtime_spec.ts";

/** A rule that holds on some architectures and kernels, and with some capabilities (docker's profile format). */
export interface ConditionalRule extends SpecSyscallRule {
  /** all that are given must be met */
  includes?: RuleCondition;
  /** one that is met takes the rule away */
  excludes?: RuleCondition;
}

/** Names of architectures as docker's: amd64, arm64, x86. `minKernel` as 4.8. */
export interface RuleCondition {
  arches?: string[];
  caps?: string[];
  minKernel?: string;
}

/** Docker's profile format, as written by `--security-opt seccomp=FILE`. */
export interface SeccompProfile extends Omit<SpecSeccomp, "syscalls" | "architectures"> {
  syscalls: ConditionalRule[];
}

/** The machine and the container that a profile is resolved for. */
export interface SeccompTarget {
  /** the host's */
  architecture: "amd64" | "arm64";
  /** the image's: 386 and arm need the kernel's 32-bit calls on top */
  imageArchitecture: string;
  kernel: { major: number; minor: number };
  /** the bounding set */
  capabilities: readonly string[];
}

/**
 * The profile as the runtime takes it. Only the architectures that the container can use: each further one
 * makes libseccomp compile all rules again, about 9 ms of every start.
 */
export function resolveSeccomp(profile: SeccompProfile, target: SeccompTarget): SpecSeccomp {
  const { syscalls, ...rest } = profile;
  return {
    ...rest,
    architectures: architecturesFor(target),
    syscalls: syscalls.filter((rule) => applies(rule, target)).map(({ includes: _, excludes: __, ...rule }) =>
      rule
    ),
  };
}

function architecturesFor({ architecture, imageArchitecture }: SeccompTarget): string[] {
  const native = architecture === "amd64" ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64";
  // An image of another family runs in an emulator, which makes the machine's own calls.
  if (architecture === "amd64" && imageArchitecture === "386") return [native, "SCMP_ARCH_X86"];
  if (architecture === "arm64" && imageArchitecture === "arm") return [native, "SCMP_ARCH_ARM"];
  return [native];
}

function applies({ includes = {}, excludes = {} }: ConditionalRule, target: SeccompTarget): boolean {
  if (includes.arches?.length && !includes.arches.includes(target.architecture)) return false;
  if (includes.caps && !includes.caps.every((name) => target.capabilities.includes(name))) return false;
  if (includes.minKernel && !kernelIsAtLeast(target.kernel, includes.minKernel)) return false;
  if (excludes.arches?.includes(target.architecture)) return false;
  if (excludes.caps?.some((name) => target.capabilities.includes(name))) return false;
  return !(excludes.minKernel && kernelIsAtLeast(target.kernel, excludes.minKernel));
}

function kernelIsAtLeast({ major, minor }: { major: number; minor: number }, wanted: string): boolean {
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
