/** Which capabilities a container gets. */
import { CAPABILITIES, capabilityName } from "../../oci/capabilities.ts";
import type { SpecCapabilities } from "../../oci/runtime_spec.ts";
import { UsageError } from "../base/errors.ts";

/** What docker gives to every container (moby, daemon/pkg/oci/caps). */
const DEFAULTS = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FSETID",
  "CAP_FOWNER",
  "CAP_MKNOD",
  "CAP_NET_RAW",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETFCAP",
  "CAP_SETPCAP",
  "CAP_NET_BIND_SERVICE",
  "CAP_SYS_CHROOT",
  "CAP_KILL",
  "CAP_AUDIT_WRITE",
];

/** What the user asked for. `add` and `drop` hold names with or without CAP_, in any case, or ALL. */
export interface CapabilityOptions {
  add: readonly string[];
  drop: readonly string[];
  privileged: boolean;
}

/**
 * Docker's rules: privileged means all that there are; `ALL` added means all but the dropped ones; `ALL` dropped
 * means only the added ones; otherwise the defaults, less the dropped, with the added. There are those that we
 * hold ourselves: nobody can give away more.
 *
 * @param held one bit for each, as CapEff in proc_pid_status(5)
 * @throws UsageError for a name that no kernel has, or one added that we don't hold
 */
export function grantedCapabilities(options: CapabilityOptions, held: bigint): string[] {
  const all = CAPABILITIES.filter((_, number) => (held >> BigInt(number) & 1n) === 1n)
    .map((name) => `CAP_${name}`);
  const add = options.add.map(knownName);
  const drop = new Set(options.drop.map(knownName));
  const missing = add.find((name) => name !== "ALL" && !all.includes(name));
  if (missing) {
    throw new UsageError(
      `Cannot add capability '${missing}': budgie itself does not have it on this machine`,
    );
  }
  if (options.privileged) return all;
  if (add.includes("ALL")) return all.filter((name) => !drop.has(name));
  const base = drop.has("ALL") ? [] : DEFAULTS.filter((name) => !drop.has(name) && all.includes(name));
  return [...new Set([...base, ...add])];
}

/**
 * The sets of a process. Only root has them in effect: another user gains them, up to the bounding set, by
 * running a file that carries them, as execve(2) has it.
 */
export function capabilitySets(granted: string[], uid: number): SpecCapabilities {
  const held = uid === 0 ? granted : [];
  return { bounding: granted, effective: held, permitted: held, inheritable: [], ambient: [] };
}

function knownName(text: string): string {
  const name = capabilityName(text);
  if (name !== undefined) return name;
  throw new UsageError(`Cannot use capability '${text}': there is none of this name`, {
    hint: "capabilities(7) lists them: NET_ADMIN, SYS_PTRACE, …",
  });
}
