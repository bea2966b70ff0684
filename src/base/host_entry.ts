/** Further names of hosts, as they stand in /etc/hosts. */
import { parseIpAddress } from "./ip_address.ts";

/** One name. */
export interface HostEntry {
  name: string;
  /** an address, or `host-gateway`: the host's, as the container sees it */
  address: string;
}

/** Labels of letters, digits, '-' and '_' with dots between them. */
export const HOST_NAME =
  /^[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?)*$/;

/** `NAME=ADDRESS` or docker's older `NAME:ADDRESS`, an IPv6 address in brackets or not; undefined for all else. */
export function parseHostEntry(text: string): HostEntry | undefined {
  const [, name, address] = /^([^=:]+)[=:](.+)$/.exec(text) ?? [];
  if (name === undefined || !HOST_NAME.test(name)) return undefined;
  const plain = address.replace(/^\[(.*:.*)\]$/, "$1");
  return isHostAddress(plain) ? { name, address: plain } : undefined;
}

/** Whether it may stand as an address of a HostEntry. */
export function isHostAddress(text: string): boolean {
  return text === "host-gateway" || parseIpAddress(text) !== undefined;
}
