/** `--dns`, `--dns-search`, `--dns-option` and `--add-host`: how a container finds others by their names. */
import { UsageError } from "../../base/errors.ts";
import { type HostEntry, parseHostEntry } from "../../base/host_entry.ts";
import { formatIpAddress, parseIpAddress } from "../../base/ip_address.ts";
import { isResolverWord } from "../../base/resolv_conf.ts";

/** @throws UsageError for what is no address */
export function parseDns(text: string): string {
  const address = parseIpAddress(text);
  if (address) return formatIpAddress(address);
  throw new UsageError(`Cannot use --dns '${text}': it is no IP address`, { hint: "Write --dns 9.9.9.9" });
}

/** A word of resolv.conf(5). */
export function resolverWord(flag: string) {
  return (text: string): string => {
    if (isResolverWord(text)) return text;
    throw new UsageError(`Cannot use ${flag} '${text}': it is one word`);
  };
}

/** `printer=192.168.1.20`, `printer:192.168.1.20`, `host.internal:host-gateway`. @throws UsageError */
export function parseAddHost(text: string): HostEntry {
  const entry = parseHostEntry(text);
  if (entry) return entry;
  throw new UsageError(`Cannot use --add-host '${text}': it is no name with an address`, {
    hint: "Write --add-host printer:192.168.1.20, or --add-host host.internal:host-gateway",
  });
}
