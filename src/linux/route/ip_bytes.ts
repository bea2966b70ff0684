/** IP addresses as the kernel has them: 4 or 16 bytes, the first part first. */
import { formatIpAddress, parseIpAddress } from "../../base/ip_address.ts";
import type { Bytes } from "../netlink_message.ts";

/** include/linux/socket.h; of no family: AF_UNSPEC. */
export const AF_INET = 2;
export const AF_INET6 = 10;

/** @throws TypeError for what is no address */
export function ipBytes(text: string): Bytes {
  const address = parseIpAddress(text);
  if (!address) throw new TypeError(`not an IP address: ${JSON.stringify(text)}`);
  const bytes = new Uint8Array(address.family === 4 ? 4 : 16);
  let { value } = address;
  for (let index = bytes.length - 1; index >= 0; index--, value >>= 8n) bytes[index] = Number(value & 0xffn);
  return bytes;
}

/** In its one canonical form. */
export function ipText(bytes: Bytes): string {
  const value = bytes.reduce((value, byte) => value << 8n | BigInt(byte), 0n);
  return formatIpAddress({ family: bytes.length === 4 ? 4 : 6, value });
}

export function familyOf(bytes: Bytes): number {
  return bytes.length === 4 ? AF_INET : AF_INET6;
}
