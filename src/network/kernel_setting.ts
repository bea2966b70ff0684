/** Settings of the kernel's network (sysctl, networking/ip-sysctl.rst), in the namespace that this thread is in. */
import { BudgieError } from "../base/errors.ts";

const ROOT = "/proc/sys/net";

/** Whether the kernel has IPv6: it can be told at boot not to. */
export function hasIpv6(): boolean {
  return readSetting("ipv6/conf/all/forwarding") !== undefined;
}

/** Sets it, unless it is so already. @param name as `ipv4/ip_forward`. @throws BudgieError */
export function ensureSetting(name: string, value: string): void {
  if (readSetting(name) === value) return;
  try {
    Deno.writeTextFileSync(`${ROOT}/${name}`, value, { create: false });
  } catch (cause) {
    throw new BudgieError(`Cannot set '${ROOT}/${name}' to ${value}: ${(cause as Error).message}`, {
      hint: "Where /proc/sys can't be written, containers can only have --network host or none",
      cause,
    });
  }
}

/** undefined when the kernel has no such setting. */
export function readSetting(name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`${ROOT}/${name}`).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Lets the host pass IPv6 packets on, and go on learning its own address from its router: an interface that listens
 * to routers stops doing so when it is one itself, unless its setting is 2.
 */
export function forwardIpv6(): void {
  if (readSetting("ipv6/conf/all/forwarding") === "1") return;
  for (const { name } of Deno.readDirSync(`${ROOT}/ipv6/conf`)) {
    const setting = `ipv6/conf/${name}/accept_ra`;
    if (name !== "all" && readSetting(setting) === "1") ensureSetting(setting, "2");
  }
  ensureSetting("ipv6/conf/all/forwarding", "1");
}
