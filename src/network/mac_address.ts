/** Addresses of network interfaces (IEEE 802), as `02:42:ac:14:00:02`. */
import { UsageError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip_address.ts";
import { readMacAddress } from "../base/mac_address.ts";

/** docker's prefix. The second bit of its first byte says: given by software, for one host. */
const PREFIX = "02:42";

/** @throws UsageError for what is no address, or not one of a single interface */
export function parseMacAddress(text: string): string {
  const macAddress = readMacAddress(text);
  if (macAddress) return macAddress;
  throw new UsageError(`Cannot use the MAC address '${text}': no interface can have it`, {
    hint: "Write six bytes in hexadecimal that begin with 02: 02:42:ac:14:00:0a",
  });
}

/**
 * Made of the IP address, so that a container has the same one as long as it keeps that; where another has it, by
 * chance.
 */
export function macAddressFor({ value }: IpAddress, isTaken: (macAddress: string) => boolean): string {
  let macAddress = withPrefix(Number(value & 0xffffffffn));
  while (isTaken(macAddress)) macAddress = withPrefix(crypto.getRandomValues(new Uint32Array(1))[0]);
  return macAddress;
}

function withPrefix(low: number): string {
  const bytes = low.toString(16).padStart(8, "0").match(/../g)!;
  return [PREFIX, ...bytes].join(":");
}
