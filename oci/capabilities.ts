/** Linux capabilities by name (capabilities(7)), as config.json has them. */

/** linux/capability.h, without `CAP_`: the index is the number. */
export const CAPABILITIES: readonly string[] = (
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
  "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT " +
  "SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL " +
  "SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
).split(" ");

/** `CAP_NET_ADMIN`, or `ALL`, from any spelling of it; undefined when no kernel has it. */
export function capabilityName(text: string): string | undefined {
  const name = text.toUpperCase().replace(/^CAP_/, "");
  if (name === "ALL") return name;
  return CAPABILITIES.includes(name) ? `CAP_${name}` : undefined;
}
