/** `--sysctl`: only those that a namespace of the container has for itself, so that the host's stay as they are. */
import { UsageError } from "../base/errors.ts";
import type { NetworkMode } from "../store/container.ts";

/** kernel.* settings of the IPC namespace (ipc_namespaces(7)). */
const IPC = new Set(
  ("kernel.msgmax kernel.msgmnb kernel.msgmni kernel.sem kernel.shmall kernel.shmmax kernel.shmmni " +
    "kernel.shm_rmid_forced").split(" "),
);

/** Docker's defaults for a network namespace of the container's own: ping and low ports without capabilities. */
const NETWORK_DEFAULTS: Record<string, string> = {
  "net.ipv4.ping_group_range": "0 2147483647",
  "net.ipv4.ip_unprivileged_port_start": "0",
};

/** @throws UsageError for a setting of the whole machine's */
export function containerSysctls(
  wanted: Record<string, string>,
  network: NetworkMode,
): Record<string, string> {
  for (const [name, value] of Object.entries(wanted)) {
    if (name.startsWith("net.") && network === "host") {
      throw new UsageError(`Cannot set sysctl ${name}=${value}: the container has the host's network`);
    }
    if (!IPC.has(name) && !name.startsWith("fs.mqueue.") && !name.startsWith("net.")) {
      throw new UsageError(
        `Cannot set sysctl ${name}=${value}: it belongs to the whole machine, not to a container`,
        {
          hint: "net.*, fs.mqueue.* and the kernel.* of System V IPC can be set",
        },
      );
    }
    if (/\.\.|\//.test(name)) throw new UsageError(`Cannot set sysctl '${name}': not a name`);
  }
  return network === "host" ? wanted : { ...NETWORK_DEFAULTS, ...wanted };
}
