/** MAC addresses of network interfaces. */

/**
 * Lower case with colons, from `02-42-AC-14-00-0A` too; undefined for what no interface can have: the kernel refuses
 * a multicast address (IEEE 802: the lowest bit of the first octet) and all zeros.
 */
export function readMacAddress(text: string): string | undefined {
  if (!/^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i.test(text)) return undefined;
  const address = text.toLowerCase().replaceAll("-", ":");
  const isMulticast = (parseInt(address.slice(0, 2), 16) & 1) === 1;
  return isMulticast || address === "00:00:00:00:00:00" ? undefined : address;
}
